#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""Every clause that core/tuf/README.md lists has a test with its id in its name, and no test has the id of a clause that is
not listed there.

  clauses.py TREE            check the tree
  clauses.py --must-fail T   succeed only when the tree T is refused, for the fixtures
"""
import pathlib
import re
import sys

TABLE = "core/tuf/README.md"
SOURCES = ("tests/unit/**/test-*.c", "tests/conformance/test-*.c", "plugins/*/tests/test-*.c")
# The name of a test: a path, or what its table has for the last part of one.
NAME = re.compile(r'"(/?[A-Za-z0-9][A-Za-z0-9._/ -]*)"')
ID = re.compile(r"(?:^|[/ -])([TUDtud][1-9][0-9]?)(?=[ -])")


def tested(tree):
    found = {}
    for pattern in SOURCES:
        for path in tree.glob(pattern):
            for name in NAME.findall(path.read_text()):
                for clause in ID.findall(name):
                    found.setdefault(clause.upper(), f"{path.relative_to(tree)}: {name}")
    return found


def main():
    must_fail = sys.argv[1] == "--must-fail"
    tree = pathlib.Path(sys.argv[-1])
    listed = set(re.findall(r"^\| ([TUD]\d+) \|", (tree / TABLE).read_text(), re.M))
    found = tested(tree)
    findings = [] if listed else [f"{TABLE}: no clauses were found"]
    findings += [f"{TABLE}: {clause} has no test with its name" for clause in sorted(listed - set(found))]
    findings += [f"{found[clause]}: {clause} is not in {TABLE}" for clause in sorted(set(found) - listed)]
    print("\n".join(findings))
    if must_fail:
        sys.exit(0 if findings else "the fixture was accepted")
    sys.exit(1 if findings else 0)


main()
