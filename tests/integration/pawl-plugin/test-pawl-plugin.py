#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""What pawl-plugin stamps can be built and keeps the contract; what breaks it is told so."""
import json
import os
import pathlib
import shlex
import subprocess
import tempfile
import unittest

TOOL = os.environ["PAWL_TEST_TOOL"]
HOST = os.environ["PAWL_TEST_PLUGIN_HOST"]
SOURCE = os.environ["PAWL_TEST_SOURCE"]
BUILD = os.environ["PAWL_TEST_BUILD"]
SCRIPTS = {"c": "python", "python": "python", "js": "gjs"}
INTERFACES = ["transport", "verifier", "installer", "boot-control", "confirmer"]


def run(*args, cwd=None):
    return subprocess.run(args, cwd=cwd, capture_output=True, text=True)


def compile_c(room, name, library=True):
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", "gio-unix-2.0"], capture_output=True, text=True).stdout
    sources = [f"{name}.c"] if library else [f"{name}.c", "tests/test-contract.c"]
    command = ["cc", "-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter", *sources, '-DPAWL_PLUGIN_VERSION="0.1"']
    command += ["-fPIC", f"-I{SOURCE}/core/include", f"-I{SOURCE}/tests/contract", *shlex.split(flags)]
    command += [f"-L{BUILD}/core/lib", "-lpawl-1"]
    command += ["-shared", "-o", f"{name}.so"] if library else [f"-L{BUILD}/tests/contract", "-lpawl-testing-1", "-o", "t"]
    done = run(*command, cwd=room)
    assert done.returncode == 0, done.stderr


class ToolTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def stamp(self, language, interface):
        done = run(TOOL, "new", "a-plugin", "--interface", interface, "--language", language, cwd=self.folder.name)
        self.assertEqual(done.returncode, 0, done.stderr)
        return pathlib.Path(self.folder.name, "a-plugin")

    def check(self, room, language):
        scripts = f"{SOURCE}/introspection/{SCRIPTS[language]}"
        return run(TOOL, "check", f"--host={HOST}", f"--scripts={scripts}", str(room / "a-plugin.plugin"))

    def test_stamps_c(self):
        for interface in INTERFACES:
            with self.subTest(interface):
                room = self.stamp("c", interface)
                compile_c(room, "a-plugin")
                compile_c(room, "a-plugin", library=False)
                done = self.check(room, "c")
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                self.assertIn("keeps the contract", done.stdout)
                self.assertIn("is not written yet", done.stdout)
                run("rm", "-r", str(room))

    def test_stamps_scripts(self):
        for language in "python", "js":
            with self.subTest(language):
                room = self.stamp(language, "confirmer")
                done = self.check(room, language)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                run("rm", "-r", str(room))

    def test_tells_what_is_broken(self):
        room = self.stamp("python", "confirmer")
        script = room / "a_plugin.py"
        script.write_text(script.read_text().replace("raise Pawl", "import os; os._exit(3); raise Pawl"))
        done = self.check(room, "python")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("BROKEN check", done.stdout)
        self.assertIn("breaks the contract", done.stdout)

    def test_info_and_list(self):
        room = self.stamp("js", "verifier")
        done = run(TOOL, "info", str(room / "a-plugin.plugin"))
        self.assertRegex(done.stdout, r"Provides +verifier")
        self.assertIn("a-plugin", run(TOOL, "list", str(room)).stdout)

    def test_prints_json(self):
        room = self.stamp("js", "verifier")
        (room / "broken.plugin").write_text("[Plugin]\n")
        with open(room / "a-plugin.plugin", "a") as keyfile:
            keyfile.write("[Key place]\nType=path\nDescription=Where\n")
        plugins = json.loads(run(TOOL, "list", "--json", str(room)).stdout)["plugins"]
        self.assertEqual([pathlib.Path(plugin["path"]).stem for plugin in plugins], ["a-plugin", "broken"])
        self.assertIn("Id is missing", plugins[1]["error"])
        plugin = json.loads(run(TOOL, "info", "--json", str(room / "a-plugin.plugin")).stdout)
        self.assertEqual(plugin, plugins[0])
        self.assertEqual((plugin["id"], plugin["language"], plugin["provides"]), ("a-plugin", "js", ["verifier"]))
        self.assertEqual(plugin["keys"][-1] | {"name": "place", "type": "path", "default": ""}, plugin["keys"][-1])

    def test_refuses(self):
        for args in (["new"], ["new", "Upper", "--interface", "verifier"], ["new", "x", "--interface", "engine"],
                     ["new", "x", "--interface", "verifier", "--language", "perl"], ["check"], ["fly"], ["info"]):
            self.assertEqual(run(TOOL, *args, cwd=self.folder.name).returncode, 2, args)
        self.assertEqual(run(TOOL, "info", "/nonexistent.plugin").returncode, 1)
        self.assertEqual(run(TOOL, "check", "/nonexistent.plugin").returncode, 1)
        self.stamp("js", "verifier")
        done = run(TOOL, "new", "a-plugin", "--interface", "verifier", cwd=self.folder.name)
        self.assertEqual((done.returncode, "is there already" in done.stderr), (1, True))


if __name__ == "__main__":
    unittest.main()
