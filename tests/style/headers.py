#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""Compile each public header by itself: whoever includes only that one must not need another one first.

  headers.py CC TREE               the public headers of the tree
  headers.py --must-fail CC FILE   succeed only when that header does not stand alone, for the fixtures
"""
import pathlib
import subprocess
import sys

FOLDERS = ("core/include", "tests/contract")
PACKAGES = ("gobject-2.0", "gio-2.0", "gio-unix-2.0")


def compile_alone(compiler, flags, header):
    """Return what the compiler says, or an empty string."""
    source = f'#include "{header}"\nextern int pawl_header_stands_alone;\n'
    command = [*compiler.split(), "-x", "c", "-std=gnu11", "-Wall", "-Wextra", "-Wno-unused-parameter", "-Werror",
               "-fsyntax-only", *flags, "-"]
    result = subprocess.run(command, input=source, capture_output=True, text=True)
    return "" if result.returncode == 0 else f"{header}: does not compile by itself\n{result.stderr}"


def main():
    must_fail = sys.argv[1] == "--must-fail"
    compiler, place = sys.argv[-2], pathlib.Path(sys.argv[-1])
    flags = subprocess.run(["pkg-config", "--cflags", *PACKAGES], check=True, capture_output=True, text=True).stdout.split()
    if must_fail:
        headers = [place.resolve()]
    else:
        flags += [f"-I{place / folder}" for folder in FOLDERS]
        headers = sorted(path for folder in FOLDERS for path in (place / folder).rglob("*/*.h")
                         if path.parent.name.startswith("pawl"))
    findings = [finding for header in headers if (finding := compile_alone(compiler, flags, header))]
    print("\n".join(findings) or f"{len(headers)} headers compile by themselves")
    if must_fail:
        sys.exit(0 if findings else "the fixture was accepted")
    sys.exit(1 if findings or not headers else 0)


main()
