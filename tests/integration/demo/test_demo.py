# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""Runs the demo, and compares what it shows with the recording in the docs.

With an argument --record the recording is made anew.
"""

import difflib
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
RECORDING = ROOT / "introspection/docs/demo.txt"

# What is different in each run.
MASKS = [
    (r"/tmp/pawl-demo-\w+", "/tmp/pawl-demo"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "TIME"),
    (r" \(\d+ (s|min) ago\)", ""),
    (r"\b[0-9a-f]{32}\b", "ID"),
    (r"TIME +UPDATE +RESULT", "TIME UPDATE RESULT"),
    # How often progress is told depends on the machine.
    (r"(?m)^(metadata|download|verify|install|activate)( .*)?\n", ""),
]


def mask(text):
    for pattern, substitute in MASKS:
        text = re.sub(pattern, substitute, text)
    return text


def main():
    if os.geteuid() != 0:
        print("1..0 # SKIP it needs root")
        return 0
    done = subprocess.run([ROOT / "data/demo/run"], capture_output=True, text=True, timeout=550)
    if "--record" in sys.argv:
        RECORDING.write_text(mask(done.stdout))
        return done.returncode
    shown = mask(done.stdout).splitlines()
    wanted = RECORDING.read_text().splitlines()
    print("1..2")
    print(f"{'ok' if done.returncode == 0 else 'not ok'} 1 ends-well")
    print(f"{'ok' if shown == wanted else 'not ok'} 2 shows-what-was-recorded")
    sys.stderr.write(done.stderr + "\n".join(difflib.unified_diff(wanted, shown, lineterm="")))
    return int(done.returncode != 0 or shown != wanted)


sys.exit(main())
