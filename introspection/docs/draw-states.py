#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""Draws the engine's table of states: states in a row, ways forward above, ways back below.

  draw-states.py SOURCE_ROOT OUTPUT
"""
import pathlib
import sys

from parts.edges import read_edges, read_states

STEP, MARGIN, BOX, HEIGHT = 104, 58, 88, 26
COLOURS = {"forward": "#475569", "back": "#94a3b8", "revert": "#b91c1c", "keep": "#15803d"}
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" text-anchor="middle"
     font-family="ui-monospace, 'DejaVu Sans Mono', monospace" font-size="12">
<title>The states of an update, and the ways between them</title>
<rect width="{width}" height="{height}" rx="12" fill="#ffffff"/>"""
TIP = (
    '<marker id="{kind}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">'
    '<path d="M0 0 L10 5 L0 10 z" fill="{colour}"/></marker>'
)


def kind_of(start, end, places):
    if end == "reverting":
        return "revert"
    if (start, end) == ("trial", "idle"):
        return "keep"
    return "forward" if places[end] > places[start] else "back"


def arc(start, end, kind, places, base):
    """A neighbour is a straight arrow; everything else goes over or under what lies between."""
    x1, x2 = MARGIN + STEP * places[start], MARGIN + STEP * places[end]
    distance = abs(places[end] - places[start])
    style = f'fill="none" stroke="{COLOURS[kind]}" stroke-width="1.6" marker-end="url(#{kind})"'
    if places[end] - places[start] == 1:
        return f'<path d="M{x1 + BOX / 2} {base} H{x2 - BOX / 2 - 1}" {style}/>'
    above = places[end] > places[start]
    sign = -1 if above else 1
    # Ways out begin on one side of a box and ways in end on the other, so that arrow heads stay apart.
    shift = 14 if above else -14
    y = base + sign * HEIGHT / 2
    peak = y + sign * (14 + 19 * distance)
    return f'<path d="M{x1 + shift} {y} C{x1 + shift} {peak} {x2 - shift} {peak} {x2 - shift} {y + sign}" {style}/>'


def draw(source):
    states = list(read_states(source))
    places = {state: place for place, state in enumerate(states)}
    edges = [(start, end, kind_of(start, end, places)) for start, end, _ in read_edges(source)]
    reach = {sign: max(abs(places[b] - places[a]) for a, b, _ in edges if (places[b] > places[a]) == sign) for sign in (True, False)}
    base = 40 + 15 * reach[True]
    width, height = 2 * MARGIN + STEP * (len(states) - 1), base + 40 + 15 * reach[False]
    lines = [HEAD.format(width=width, height=height), "<defs>"]
    lines += [TIP.format(kind=kind, colour=colour) for kind, colour in COLOURS.items()] + ["</defs>"]
    # The longest ones first: the short ones, which happen most, lie on top.
    edges.sort(key=lambda edge: -abs(places[edge[1]] - places[edge[0]]))
    lines += [arc(start, end, kind, places, base) for start, end, kind in edges]
    for state, place in places.items():
        x = MARGIN + STEP * place
        lines.append(
            f'<rect x="{x - BOX / 2}" y="{base - HEIGHT / 2}" width="{BOX}" height="{HEIGHT}" rx="13" fill="#fff4d6" '
            f'stroke="#c98a05"/><text x="{x}" y="{base + 4}" fill="#713f12">{state}</text>'
        )
    return "\n".join(lines + ["</svg>", ""])


def main():
    source, output = map(pathlib.Path, sys.argv[1:3])
    output.write_text(draw(source))


main()
