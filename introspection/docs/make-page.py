#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""Makes a page for gi-docgen of one that is written for the tree.

  make-page.py SOURCE_ROOT PAGE OUTPUT

The heading becomes the title, links to other pages become links to what is made of them, and a line
`<!-- generated: PART -->` becomes what the code itself says: see the folder `parts`.
"""
import pathlib
import re
import sys

from parts import bus, codes, edges, keys


def show_recording(source):
    recording = (source / "introspection/docs/demo.txt").read_text()
    return f"```\n{recording.strip()}\n```"


PARTS = {
    "bus": bus.describe_interface,
    "demo": show_recording,
    "edges": edges.list_edges,
    "errors": codes.list_errors,
    "exits": codes.list_exits,
    "keys": keys.list_keys,
}


def name_plugin_pages(text):
    """Plugins are described in their rooms, all by a README."""
    text = re.sub(r"\]\((?:\.\./)*plugins/([\w-]+)(?:/README\.md)?\)", r"](plugin-\1.html)", text)
    return re.sub(r"\]\(([\w-]+)\.md(#[\w-]+)?\)", r"](\1.html\2)", text)


def make_page(source, page):
    heading, body = page.read_text().split("\n", 1)
    if not heading.startswith("# "):
        raise SystemExit(f"{page}: the first line is no heading: {heading}")
    body = re.sub(r"<!-- generated: (\w+) -->", lambda found: PARTS[found[1]](source), body)
    return f"Title: {heading[2:]}\n\n{name_plugin_pages(body).lstrip()}"


def main():
    source, page, output = map(pathlib.Path, sys.argv[1:4])
    output.write_text(make_page(source, page))


main()
