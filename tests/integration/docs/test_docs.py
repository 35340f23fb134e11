#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""Runs every command that the README and the guides show, page by page and in order, where Pawl is installed.

  test_docs.py SOURCE_ROOT BUILD_ROOT PREFIX [PAGE...]

The place is this machine's file system with a layer on top that is thrown away, in namespaces of its own: a system bus, no
network but the loopback device, and what this build installs. Only systemd is played: see the folder `programs`.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

import blocks

SOURCE, BUILD, PREFIX = map(pathlib.Path, sys.argv[1:4])
HERE = pathlib.Path(__file__).resolve().parent
PAGES = [SOURCE / "README.md", *sorted((SOURCE / "introspection/docs").glob("*.md"))]


def install(folder):
    """What `meson install` puts on a device, as a layer."""
    command = ["meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", "--destdir", folder]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def run_page(page, layer):
    """None, or what went wrong."""
    try:
        commands, _ = blocks.read(page)
    except ValueError as error:
        return str(error)
    if not commands:
        return None
    with tempfile.NamedTemporaryFile("w", suffix=".sh") as script:
        script.write("set -eux\n" + "\n".join(commands))
        script.flush()
        done = subprocess.run(
            [HERE / "room", layer, PREFIX, HERE / "programs", SOURCE, script.name],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", timeout=300,
        )
    return None if done.returncode == 0 else f"exit status {done.returncode}\n{done.stdout[-6000:]}"


def main():
    pages = [page for page in PAGES if not sys.argv[4:] or page.name in sys.argv[4:]]
    if os.geteuid() != 0:
        print("1..0 # SKIP it needs root")
        return 0
    print(f"1..{len(pages)}")
    failed = 0
    with tempfile.TemporaryDirectory(prefix="pawl-docs-") as layer:
        install(layer)
        for number, page in enumerate(pages, 1):
            wrong = run_page(page, layer)
            print(f"{'not ok' if wrong else 'ok'} {number} {page.stem}", flush=True)
            if wrong:
                failed += 1
                print(f"{page}: {wrong}", file=sys.stderr)
    return int(failed > 0)


sys.exit(main())
