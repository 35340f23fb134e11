#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""Print how many cases of a JUnit file passed, failed and were skipped. A missing or empty file is one failure."""
import sys
import xml.etree.ElementTree as tree


def main():
    try:
        cases = list(tree.parse(sys.argv[1]).iter("testcase"))
    except (OSError, tree.ParseError) as error:
        print(f"count-cases: {sys.argv[1]}: {error}", file=sys.stderr)
        cases = []
    failed = sum(case.find("failure") is not None or case.find("error") is not None for case in cases)
    skipped = sum(case.find("skipped") is not None for case in cases)
    if not cases:
        failed = 1
    print(len(cases) - failed - skipped if cases else 0, failed, skipped)


main()
