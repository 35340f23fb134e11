# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""What failures are called: on the bus and in C, and as what a program exits with."""
import re

ERRORS = "core/include/pawl/pawl-error.h"
EXITS = "core/cli/pawl-exit.c"
NUMBERS = "core/cli/pawl-exit.h"


def list_errors(source):
    comment = re.search(r"\* PawlError:\n(.*?)\n \*\n", (source / ERRORS).read_text(), re.S)[1]
    lines = ["| In C | On the bus | Meaning |", "|---|---|---|"]
    for name, text in re.findall(r"@(PAWL_ERROR_\w+): (.*(?:\n \* (?!@).*)*)", comment):
        nick = "".join(word.capitalize() for word in name.split("_")[2:])
        text = " ".join(text.replace("\n *", " ").split()).replace("#PawlState", "state")
        lines.append(f"| `{name}` | `org.pawl.Error.{nick}` | {text} |")
    return "\n".join(lines)


def list_exits(source):
    numbers = dict(re.findall(r"(PAWL_EXIT_\w+) = (\d+)", (source / NUMBERS).read_text()))
    rows = re.findall(r'\{(PAWL_EXIT_\w+), *"([^"]+)", *"([^"]+)" *\}', (source / EXITS).read_text())
    lines = ["| Code | Name | Meaning |", "|---|---|---|"]
    lines += [f"| {numbers[code]} | `{name}` | {text} |" for code, name, text in rows]
    return "\n".join(lines)
