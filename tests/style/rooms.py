#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""Rooms and arrows: read every #include below a tree and fail on one that the design does not allow.

  rooms.py TREE            check the tree
  rooms.py --must-fail T   succeed only when the tree T is refused, for the fixtures
"""
import pathlib
import re
import sys

# Which rooms a room may include from, besides itself.
ARROWS = {
    "core/include": [],
    "core/lib": ["core/include", "introspection/dbus"],
    "core/tuf": ["core/include"],
    "core/engine": ["core/include", "core/lib"],
    "core/daemon": ["core/include", "core/lib", "core/engine", "introspection/dbus"],
    "core/cli": ["core/include"],
    "server": ["core/include", "core/tuf"],
    "plugins": ["core/include"],
}
# Public include paths, and which rooms may use them.
PUBLIC = {
    "pawl/": ["core/include", "core/lib", "core/tuf", "core/engine", "core/daemon", "core/cli", "plugins", "server"],
    "pawl-tuf/": ["core/include", "core/tuf", "plugins/tuf", "plugins/uptane", "server"],
    "pawl-testing/": ["core/cli", "plugins"],
}
# Heavy dependencies live in one room each: the header's beginning, and the rooms that may include it.
HEAVY = {
    r"ostree": ["plugins/ostree", "server/repo"],
    r"libsoup/": ["plugins/http", "server/director"],
    r"gpiod": ["plugins/gpio"],
    r"libuboot": ["plugins/uboot"],
    r"gnutls/": ["core/tuf", "plugins/http"],
    r"json-glib/": ["server", "core/cli"],
    r"linux/watchdog": ["plugins/watchdog"],
    r"seccomp": ["core/daemon"],
    r"libudev": ["plugins/gpio", "plugins/watchdog", "plugins/uptane"],
}
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.M)


def room_of(path):
    parts = path.parts
    if parts[0] == "plugins" and len(parts) > 2:
        return "/".join(parts[:2])
    if parts[0] in ("core", "introspection", "server") and len(parts) > 2:
        return "/".join(parts[:2])
    return parts[0]


def matches(room, allowed):
    return any(room == name or room.startswith(name + "/") for name in allowed)


def is_test(path):
    return "tests" in path.parts


def check(tree):
    """Return a list of findings."""
    findings = []
    sources = [
        path.relative_to(tree)
        for top in ("core", "plugins", "server")
        for path in (tree / top).rglob("*.[ch]")
    ]
    names = {}
    for path in sources:
        names.setdefault(path.name, set()).add(room_of(path))
    for path in sources:
        room = room_of(path)
        key = next((name for name in ARROWS if matches(room, [name])), None)
        if key is None or is_test(path):
            continue
        for kind, name in INCLUDE.findall((tree / path).read_text(errors="replace")):
            findings += check_include(path, room, key, kind, name, names)
    return findings


def check_include(path, room, key, kind, name, names):
    for prefix, allowed in PUBLIC.items():
        if name.startswith(prefix):
            return [] if matches(room, allowed) else [f"{path}: {name}: {room} may not use {prefix}"]
    for pattern, allowed in HEAVY.items():
        if re.match(pattern, name):
            return [] if matches(room, allowed) else [f"{path}: {name}: only {', '.join(allowed)} may use it"]
    if kind == "<" or "/" in name:
        return []
    owners = names.get(name)
    if not owners or room in owners:
        return []
    if any(matches(owner, ARROWS[key]) for owner in owners):
        return []
    return [f"{path}: {name}: no arrow from {room} to {', '.join(sorted(owners))}"]


def main():
    must_fail = sys.argv[1] == "--must-fail"
    findings = check(pathlib.Path(sys.argv[-1]))
    print("\n".join(findings))
    if must_fail:
        sys.exit(0 if findings else "the fixture was accepted")
    sys.exit(1 if findings else 0)


main()
