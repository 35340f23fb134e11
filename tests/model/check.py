# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""Runs spin on the model of an update, and on models that are wrong on purpose, which have to be found out."""

import pathlib
import re
import subprocess
import sys
import tempfile

model, print_edges = map(pathlib.Path, sys.argv[1:3])

CASES = [
    # name, defines, claim, whether it has to hold
    ("always-something-to-boot", ["-DCUTS=4"], False, True),
    ("every-update-ends", ["-DCUTS=3"], True, True),
    ("arming-late-is-found-out", ["-DARM_LATE"], False, False),
    ("clearing-the-counter-early-is-found-out", ["-DCLEAR_EARLY"], False, False),
    ("counting-on-after-a-refusal-is-found-out", ["-DCOUNT_ON"], True, False),
]


def check(folder, defines, claim):
    """Whether the model holds, and how many states were visited."""
    text = model.read_text() if claim else re.sub(r"(?m)^ltl .*$", "", model.read_text())
    (folder / "model.pml").write_text(text)
    (folder / "edges.pml").write_text(subprocess.run([print_edges], check=True, capture_output=True, text=True).stdout)
    subprocess.run(["spin", *defines, "-a", "model.pml"], cwd=folder, check=True, capture_output=True)
    subprocess.run(["cc", "-w", "-O1", "-DMEMLIM=1024", *([] if claim else ["-DSAFETY"]), "-o", "pan", "pan.c"],
                   cwd=folder, check=True)
    output = subprocess.run(["./pan", "-m100000", *(["-a"] if claim else [])], cwd=folder, check=True,
                            capture_output=True, text=True).stdout
    errors = int(re.search(r"errors: (\d+)", output)[1])
    states = re.search(r"(\d+) states, stored", output)
    return errors == 0 and "search depth too small" not in output, states and states[1], output


print(f"1..{len(CASES)}")
failed = 0
for number, (name, defines, claim, wanted) in enumerate(CASES, 1):
    with tempfile.TemporaryDirectory() as folder:
        holds, states, output = check(pathlib.Path(folder), defines, claim)
    failed += holds != wanted
    print(f"{'ok' if holds == wanted else 'not ok'} {number} {name}")
    print(f"# {states} states")
    if holds != wanted:
        print(output, file=sys.stderr)
sys.exit(failed > 0)
