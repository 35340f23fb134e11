#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""Print how many cases of a JUnit file passed, failed and were skipped. A missing or empty file is one failure."""
import pathlib
import re
import sys
import xml.etree.ElementTree as tree


# Meson copies what programs printed as it came, and XML 1.0 has no place for most control characters.
NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def main():
    try:
        text = pathlib.Path(sys.argv[1]).read_text(errors="replace")
        cases = list(tree.fromstring(NOT_XML.sub("", text)).iter("testcase"))
    except (OSError, tree.ParseError) as error:
        print(f"count-cases: {sys.argv[1]}: {error}", file=sys.stderr)
        cases = []
    failed = sum(case.find("failure") is not None or case.find("error") is not None for case in cases)
    skipped = sum(case.find("skipped") is not None for case in cases)
    if not cases:
        failed = 1
    print(len(cases) - failed - skipped if cases else 0, failed, skipped)


main()
