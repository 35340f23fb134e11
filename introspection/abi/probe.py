#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""probe.py LIST OUT HEADER...: a source whose debug information holds all that is promised to other programs.

The library's own does not: nothing that it exports mentions the tables of methods that plugins fill in.
"""
import pathlib
import re
import sys

symbols, out, *headers = sys.argv[1:]
text = "".join(pathlib.Path(header).read_text() for header in headers)
types = sorted(set(re.findall(r"^struct _(Pawl\w+)\n\{", text, re.M)) | set(re.findall(r"^\} (Pawl\w+);", text, re.M)))
lines = ["#include <pawl/pawl.h>", ""]
lines += [f"extern {name} *probe_{name};\n{name} *probe_{name};" for name in types]
lines += [f"extern __typeof__ ({name}) *probe_{name};\n__typeof__ ({name}) *probe_{name};"
          for name in pathlib.Path(symbols).read_text().split()]
pathlib.Path(out).write_text("\n".join(lines) + "\n")
