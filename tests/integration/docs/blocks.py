# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""The commands that a page shows: blocks that are marked `sh`.

A block behind a line `<!-- not run: REASON -->` is left out. A block of any other kind shows no command: a line in one that
begins like a command of this list is a mistake, because nobody would ever run it.
"""
import re

BLOCK = re.compile(r"(?:<!-- not run: (?P<reason>.+?) -->\n)?^```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.S | re.M)
INDENTED = re.compile(r"^(?: {4}.+\n)+", re.M)
COMMANDS = re.compile(
    r"^\s*\$? ?(?:sudo )?(?:pawl(?:d|ctl|-repo|-plugin)|systemctl|fw_(?:set|print)env|grub-editenv|busctl|gdbus|meson|tests/run|data/demo/run)\b",
    re.M,
)


def read(page):
    """The blocks to run, in order, and the reasons for those that are not."""
    text = page.read_text()
    run, left_out = [], []
    for block in BLOCK.finditer(text):
        if block["kind"] != "sh":
            if COMMANDS.search(block["text"]) and not block["reason"]:
                raise ValueError(f"{page.name}: a command in a block that is not marked sh: {block['text'].strip()}")
        elif block["reason"]:
            left_out.append(block["reason"])
        else:
            run.append(block["text"])
    for block in INDENTED.finditer(BLOCK.sub("", text)):
        if COMMANDS.search(block[0]):
            raise ValueError(f"{page.name}: a command in an indented block: {block[0].strip()}")
    return run, left_out
