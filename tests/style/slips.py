#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""Small slips that a reader would stumble over: a source without its licence lines, an unfinished mark, a stray space.

  slips.py TREE            check the files that git tracks
  slips.py --must-fail T   succeed only when some file below T is refused, for the fixtures
"""
import pathlib
import re
import subprocess
import sys

CODE = {".c", ".h", ".py", ".js", ".sh", ".build"}
MARKS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
LICENCE = "SPDX-License-Identifier: LGPL-2.1-or-later"
UNWANTED = ("tests/fixtures/", "tests/fuzz/corpus", "LICENSE")


def tracked(tree):
    names = subprocess.run(["git", "-C", tree, "ls-files", "-z"], capture_output=True, check=True).stdout
    return [pathlib.Path(name.decode()) for name in names.split(b"\0") if name]


def check_file(tree, path):
    try:
        text = (tree / path).read_text()
    except UnicodeDecodeError:
        return []
    findings = []
    if path.suffix in CODE and LICENCE not in text[:400]:
        findings.append(f"{path}: no SPDX line")
    for number, line in enumerate(text.splitlines(), 1):
        if path.suffix in CODE and path.name != "slips.py" and MARKS.search(line):
            findings.append(f"{path}:{number}: an unfinished mark")
        if path.suffix in CODE and line != line.rstrip():
            findings.append(f"{path}:{number}: a space at the end of the line")
    return findings


def main():
    must_fail = sys.argv[1] == "--must-fail"
    tree = pathlib.Path(sys.argv[-1])
    if must_fail:
        paths = [path.relative_to(tree) for path in tree.rglob("*") if path.is_file()]
    else:
        paths = [path for path in tracked(tree) if not str(path).startswith(UNWANTED)]
    findings = [finding for path in paths if (tree / path).is_file() for finding in check_file(tree, path)]
    print("\n".join(findings))
    if must_fail:
        sys.exit(0 if findings else "the fixture was accepted")
    sys.exit(1 if findings else 0)


main()
