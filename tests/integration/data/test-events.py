#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""The journal's catalog explains every event that the engine knows, and pawl-events(7) is made of it.

  test-events.py LIST_EVENTS DATA            check both
  test-events.py --write LIST_EVENTS DATA    write the manual page anew
"""
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

WRITE = sys.argv[1] == "--write"
LIST_EVENTS, DATA = sys.argv[-2], pathlib.Path(sys.argv[-1])
PAGE = DATA / "man/pawl-events.7.scd"
HEAD = """pawl-events(7)

# NAME

pawl-events - what pawld writes to the journal

# DESCRIPTION

*pawld*(8) tells of everything that an operator would want to know, in the journal, with a message id, and
as the signal _Happened_ on the bus, which *pawlctl monitor* shows. Ids and names never change their meaning.

```
journalctl -u pawld -x
journalctl MESSAGE_ID=3d8f6a1b7c2e45909e0d5b8a6c4f1e04
journalctl PAWL_EVENT=trial-failed
```

Entries have the fields _PAWL_EVENT_, the name, and, where they make sense, _PAWL_UPDATE_, _PAWL_TARGET_, _PAWL_ECU_, _PAWL_STATE_,
_PAWL_ERROR_ and _PAWL_REASON_. No field ever holds a secret.

# EVENTS

"""
TAIL = """# SEE ALSO

*pawld*(8), *pawlctl*(1), *journalctl*(1)
"""


def events():
    lines = subprocess.run([LIST_EVENTS], capture_output=True, text=True, check=True).stdout.splitlines()
    return [line.split("\t") for line in lines]


def catalog():
    """What each id is explained with: its subject and text."""
    text = (DATA / "catalog/pawl.catalog").read_text()
    pattern = r"(?ms)^-- ([0-9a-f]{32})\nSubject: ([^\n]*)\n.*?\n\n(.*?)(?=\n\n-- |\Z)"
    return {number: (subject, body.replace("@MESSAGE@", "").strip()) for number, subject, body in re.findall(pattern, text)}


def page():
    entries = catalog()
    text = HEAD
    for name, number, level, subject in events():
        paragraphs = [" ".join(one.split()) for one in entries[number][1].split("\n\n")]
        about = "\n\n\t".join(one.replace("`", "*") for one in paragraphs)
        text += f"*{name}*\n\t{subject}. Level {level}, id {number}.\n\n\t{about}\n\n"
    return text + TAIL


class Events(unittest.TestCase):
    def test_every_event_is_explained(self):
        entries = catalog()
        self.assertEqual(set(entries), {number for _, number, _, _ in events()})
        self.assertTrue(all(body for _, body in entries.values()))

    def test_page_is_current(self):
        self.assertEqual(PAGE.read_text(), page(), "run test-events.py --write")

    def test_journal_takes_the_catalog(self):
        with tempfile.TemporaryDirectory() as root:
            folder = pathlib.Path(root) / "usr/lib/systemd/catalog"
            folder.mkdir(parents=True)
            (folder / "pawl.catalog").write_bytes((DATA / "catalog/pawl.catalog").read_bytes())
            (pathlib.Path(root) / "var/lib/systemd/catalog").mkdir(parents=True)
            try:
                result = subprocess.run(["journalctl", f"--root={root}", "--update-catalog"], capture_output=True, text=True)
            except FileNotFoundError:
                self.skipTest("there is no journalctl")
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            listed = subprocess.run(["journalctl", f"--root={root}", "--list-catalog"], capture_output=True, text=True)
            self.assertEqual(len(listed.stdout.splitlines()), len(events()), listed.stdout)


if __name__ == "__main__":
    if WRITE:
        PAGE.write_text(page())
    unittest.main(argv=sys.argv[:1], verbosity=2)
