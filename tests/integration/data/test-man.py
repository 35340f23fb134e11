#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""Each manual page tells of every command, every option and every exit code, and of nothing that is not there.

  test-man.py FOLDER PAWLCTL PAWL-PLUGIN PAWL-PLUGIN-HOST
"""
import json
import pathlib
import re
import subprocess
import sys
import unittest

FOLDER, PAWLCTL, PLUGIN, PLUGIN_HOST = pathlib.Path(sys.argv[1]), *sys.argv[2:]


def ask(*words, program=PAWLCTL):
    return subprocess.run([program, *words], capture_output=True, text=True, check=True).stdout


def options_in(text):
    return set(re.findall(r"(?<![\w-])\*?--([a-z-]+)", text))


class Page(unittest.TestCase):
    def setUp(self):
        self.page = (FOLDER / "pawlctl.1.scd").read_text()
        self.table = json.loads(ask("--describe-commands"))

    def test_commands(self):
        commands = self.page[self.page.index("# COMMANDS THAT LOOK") : self.page.index("# PROGRESS")]
        told = re.findall(r"(?m)^\*([a-z]+)\*", commands)
        # A paragraph that begins with a name is no entry: entries are followed by an indented line.
        told = {name for name in told if re.search(rf"(?m)^\*{name}\*.*\n\t", commands)}
        self.assertEqual(told, {command["name"] for command in self.table["commands"]})

    def test_options(self):
        offered = {option["name"] for option in self.table["options"]}
        for command in self.table["commands"]:
            offered |= {option["name"] for option in command["options"]}
        told = set(re.findall(r"\*--([a-z-]+)\*", self.page))
        self.assertEqual(told - {"help"}, offered)

    def test_exit_codes(self):
        codes = re.search(r"Exit codes:\n(.*?)\n\n", ask("--help"), re.S).group(1)
        offered = {line.split()[0] for line in codes.splitlines()}
        told = set(re.findall(r"(?m)^\*([0-9]+)\* [a-z-]+$", self.page))
        self.assertEqual(told, offered)

    def test_pawl_plugin(self):
        page = (FOLDER / "pawl-plugin.1.scd").read_text()
        commands = re.findall(r"(?m)^  ([a-z]+) ", ask("--help", program=PLUGIN))
        told = page[page.index("# COMMANDS") : page.index("# OPTIONS")]
        self.assertEqual(set(re.findall(r"(?m)^\*([a-z]+)\*", told)), set(commands))
        offered = {"version", "help"}
        for command in commands:
            offered |= options_in(ask(command, "--help", program=PLUGIN))
        self.assertEqual(options_in(page), offered)

    def test_pawl_plugin_host(self):
        page = (FOLDER / "pawl-plugin-host.8.scd").read_text()
        self.assertEqual(options_in(page), options_in(ask("--help", program=PLUGIN_HOST)))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
