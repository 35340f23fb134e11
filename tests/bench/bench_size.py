# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""What Pawl adds to an image that has libostree, with what it stands on, already.

  bench_size.py BUILD_DIR LIMIT_BYTES

Installs stripped, counts what a device with OSTree, http, uptane and watchdog takes of it, and fails above the limit.
"""

import pathlib
import subprocess
import sys
import tempfile

PLUGINS = ("http", "ostree", "uptane", "watchdog")
# Libraries, plugins with what describes them, the daemon, and what systemd, the bus and polkit are given.
PATTERNS = [
    "libpawl-1.so.*",
    "libpawl-tuf-1.so.*",
    "libexec/pawld",
    "pawld.service",
    "org.pawl.*",
    "sysusers.d/pawl.conf",
    "tmpfiles.d/pawl.conf",
] + [f"plugins-1/{file}" for name in PLUGINS for file in (f"pawl-{name}.so", f"{name}.plugin")]


def main():
    build, limit = sys.argv[1], int(sys.argv[2])
    with tempfile.TemporaryDirectory(prefix="pawl-size-") as folder:
        subprocess.run(
            ["meson", "install", "-C", build, "--no-rebuild", "--quiet", "--strip", "--destdir", folder],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        files = [path for path in pathlib.Path(folder).rglob("*") if path.is_file() and not path.is_symlink()]
        counted = {path for path in files for pattern in PATTERNS if path.match(pattern)}
        absent = [name for name in PLUGINS if not any(path.name == f"pawl-{name}.so" for path in counted)]
        for path in sorted(counted, key=lambda path: -path.stat().st_size):
            print(f"{path.stat().st_size:9,}  {path.relative_to(folder)}")
        total = sum(path.stat().st_size for path in counted)
    print(f"{total:9,}  bytes in all; the limit is {limit:,}")
    if absent:
        print(f"not built: {' '.join(absent)}: the sum is none", file=sys.stderr)
    return int(total > limit or bool(absent))


sys.exit(main())
