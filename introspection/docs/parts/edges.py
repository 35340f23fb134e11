# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""The states of an update and the ways between them, from the engine's own table."""
import re

TABLE = "core/engine/pawl-state-table.c"
ENUMS = "core/include/pawl/pawl-enums.h"


def read_states(source):
    """Each state and what it means, in order."""
    comment = re.search(r"\* PawlState:\n(.*?)\n \*\n", (source / ENUMS).read_text(), re.S)[1]
    found = re.findall(r"@PAWL_STATE_(\w+): (.*(?:\n \* (?!@).*)*)", comment)
    return {name.lower(): " ".join(text.replace("\n *", " ").split()) for name, text in found}


def read_edges(source):
    """From, to, why."""
    found = re.findall(r'\{PAWL_STATE_(\w+), *PAWL_STATE_(\w+), *"([^"]*)" *\}', (source / TABLE).read_text())
    return [(start.lower(), end.lower(), why) for start, end, why in found]


def list_edges(source):
    lines = ["| From | To | When |", "|---|---|---|"]
    lines += [f"| `{start}` | `{end}` | {why} |" for start, end, why in read_edges(source)]
    return "\n".join(lines)
