#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""One name for one thing: every state and every error of the headers is in the bus's description and in the guides, and
the bus's description names no other error.

  words.py TREE            check the tree
  words.py --must-fail T   succeed only when the tree T is refused, for the fixtures
"""
import pathlib
import re
import sys

BUS = "introspection/dbus/org.pawl.Update1.xml"
STATES = ("core/include/pawl/pawl-enums.h", "PAWL_STATE_")
ERRORS = ("core/include/pawl/pawl-error.h", "PAWL_ERROR_")


def enumerators(tree, place):
    header, prefix = place
    return [name.lower() for name in re.findall(rf"^  {prefix}(\w+)(?: = \d+)?,$", (tree / header).read_text(), re.M)]


def main():
    must_fail = sys.argv[1] == "--must-fail"
    tree = pathlib.Path(sys.argv[-1])
    bus = (tree / BUS).read_text()
    guides = "".join(page.read_text() for page in (tree / "introspection/docs").glob("*.md"))
    states = [name.replace("_", "-") for name in enumerators(tree, STATES)]
    errors = ["".join(word.capitalize() for word in name.split("_")) for name in enumerators(tree, ERRORS)]
    findings = [] if states and errors else ["no states or no errors were found in the headers"]
    for state in states:
        if not re.search(rf"\b{state}\b", bus):
            findings.append(f"{BUS}: the state {state} is not described")
        if not re.search(rf"\b{state}\b", guides):
            findings.append(f"introspection/docs: the state {state} is in no guide")
    # The list gives each its meaning; each method lists the names that it may answer with.
    described = set(re.findall(r"`(\w+)` \(", bus))
    lists = "".join(re.findall(r"\bErrors: (.*?\.)\s*\n\s*\n", bus, re.S))
    lists = re.sub(r"\([^)]*\)", "", lists)
    named = set(re.findall(r"`([A-Z]\w+)`", lists)) | set(re.findall(r"org\.pawl\.Error\.(\w+)", bus))
    findings += [f"{BUS}: the error {error} is not described" for error in errors if error not in described]
    findings += [f"{BUS}: there is no error {error}" for error in sorted(named - set(errors))]
    print("\n".join(findings))
    if must_fail:
        sys.exit(0 if findings else "the fixture was accepted")
    sys.exit(1 if findings else 0)


main()
