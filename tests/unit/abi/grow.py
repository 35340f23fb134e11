#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""grow.py HOW IN OUT: a header as it may be one day, or must never be.

  end     every interface has one more method, at its end
  middle  every interface has one more method, before its last
"""
import pathlib
import re
import sys

METHOD = "  gpointer (*grown) (GObject *self);\n"


def grow(body, how):
    if how == "end":
        return body + METHOD
    last = [match.start() for match in re.finditer(r"^  \S.*\(\*\w+\) \(", body, re.M)][-1]
    return body[:last] + METHOD + body[last:]


how, source, target = sys.argv[1:]
text = pathlib.Path(source).read_text()
text = re.sub(
    r"^(struct _Pawl\w+Interface\n\{\n)(.*?)^(\};)",
    lambda found: found[1] + grow(found[2], how) + found[3], text, flags=re.M | re.S)
pathlib.Path(target).write_text(text)
