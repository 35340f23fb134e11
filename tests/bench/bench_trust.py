#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""What a check of a repository costs a device, beside the least that anybody has to do with the same bytes.

For each size: all targets behind one delegation, in 1,024 hash bins, and behind one delegation of a repository whose files are
not written as they are signed. Cold is the first check of a device, warm one that finds nothing new. Of the processor time the
best of several runs counts, of the memory the worst. Everything is in memory: what a disk adds for each stored file is not
the check's. Asserts nothing about time. Arguments: the program, and numbers of targets.
"""

import pathlib
import subprocess
import sys
import tempfile

PROGRAM = sys.argv[1]
RUNS = 5
TARGET = "app/firmware-000000.bin"


def call(*args):
    answer = subprocess.run([PROGRAM, *map(str, args)], check=True, capture_output=True, text=True).stdout.split()
    return answer and (int(answer[0]), int(answer[1]), answer[2:])


def worst_and_best(runs):
    return min(run[0] for run in runs), max(run[1] for run in runs)


def show(title, run, floor, size):
    print(f"{title:32} {run[0] / 1000:9.1f} ms CPU {run[0] / floor:6.2f} × floor"
          f" {run[1] / 1024:8.1f} MiB peak, {run[1] / 1024 - size / 2**20:6.1f} over the file", flush=True)


def measure(folder, count, kind):
    repository = folder / "repository"
    repository.mkdir()
    call("make", repository, count, kind)
    cold = [call("check", repository, folder / f"store-{i}", TARGET) for i in range(RUNS)]
    warm = [call("check", repository, folder / "store-0", TARGET) for _ in range(RUNS)]
    paths = cold[0][2]
    sizes = [(repository / path).stat().st_size for path in paths]
    floor = min(call("floor", repository, *paths)[0] for _ in range(RUNS))
    title = f"{count} targets, {kind}"
    print(f"{title:32} {floor / 1000:9.1f} ms CPU is the floor: {sum(sizes) / 1e6:.2f} MB in {len(paths)} files")
    show(f"{title}: cold", worst_and_best(cold), floor, max(sizes))
    show(f"{title}: warm", worst_and_best(warm), floor, max(sizes))
    if warm[0][2] != ["timestamp.json"]:
        sys.exit(f"{title}: the warm check fetched {warm[0][2]}, wanted only the timestamp")


for number in map(int, sys.argv[2:]):
    for kind in "one", "bins", "foreign":
        with tempfile.TemporaryDirectory(prefix="pawl-bench-", dir="/dev/shm") as name:
            measure(pathlib.Path(name), number, kind)
