#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""What pawl-plugin stamps can be built and keeps the contract; what breaks it is told so."""
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import tempfile
import unittest

TOOL = os.environ["PAWL_TEST_TOOL"]
HOST = os.environ["PAWL_TEST_PLUGIN_HOST"]
SOURCE = os.environ["PAWL_TEST_SOURCE"]
BUILD = os.environ["PAWL_TEST_BUILD"]
WORLDS = f"{SOURCE}/tests/integration/pawl-plugin/worlds"
EXAMPLE = f"{SOURCE}/subprojects/pawl-example-plugin/tests/world"
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

    def check(self, keyfile, language, *options):
        scripts = f"{SOURCE}/introspection/{SCRIPTS[language]}"
        return run(TOOL, "check", f"--host={HOST}", f"--scripts={scripts}", *options, str(keyfile))

    def keeps(self, keyfile, language, *options):
        done = self.check(keyfile, language, *options)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertNotIn("BROKEN", done.stdout)
        return done.stdout

    def test_stamps_all(self):
        """Each of five interfaces in each of three languages."""
        for interface in INTERFACES:
            for language in SCRIPTS:
                with self.subTest(interface + " " + language):
                    room = self.stamp(language, interface)
                    if language == "c":
                        compile_c(room, "a-plugin")
                        compile_c(room, "a-plugin", library=False)
                    told = self.keeps(room / "a-plugin.plugin", language)
                    self.assertIn("keeps the contract as far as it is written", told)
                    self.assertRegex(told, r"is not written yet\n")
                    world = str(room / "tests/world")
                    self.assertEqual(run(world, "set-up", cwd=room).returncode, 0)
                    self.assertEqual(run(world, "fly", cwd=room).returncode, 64)
                    run("rm", "-r", str(room))

    def expect_whole(self, told, *promises):
        self.assertRegex(told, r"keeps the contract: \d+ kept, 0 skipped")
        for promise in promises:
            self.assertIn(f"  kept    {promise}\n", told)

    def test_the_whole_contract_of_an_installer_in_python(self):
        told = self.keeps(f"{SOURCE}/tests/integration/pawld/strangers/files.plugin", "python", f"--world={WORLDS}/files")
        self.expect_whole(told, "runs what was activated", "reverts to what ran before", "install/can be cancelled anywhere")

    def test_the_whole_contract_of_two_interfaces_in_c(self):
        told = self.keeps(f"{BUILD}/plugins/file/file.plugin", "c", f"--world={WORLDS}/file", "--grant=files")
        self.expect_whole(told, "goes on where it was cut", "fetches exactly", "falls back after its tries")

    def test_the_whole_contract_of_a_confirmer_in_each_language(self):
        for name, language in {"example": "c", "example-python": "python", "example-js": "js"}.items():
            with self.subTest(language):
                told = self.keeps(f"{BUILD}/subprojects/pawl-example-plugin/{name}.plugin", language, f"--world={EXAMPLE}")
                self.expect_whole(told, "says yes to a good version", "says no to a bad version")

    def break_installer(self, old, new):
        """The same installer with one fault."""
        shutil.copytree(f"{SOURCE}/tests/integration/pawld/strangers", self.folder.name, dirs_exist_ok=True)
        script = pathlib.Path(self.folder.name, "files.py")
        text = script.read_text()
        self.assertIn(old, text)
        script.write_text(text.replace(old, new))
        return self.check(script.with_suffix(".plugin"), "python", f"--world={WORLDS}/files")

    def test_tells_which_promise_is_broken(self):
        done = self.break_installer('self.path("next").write_text(self.path("old").read_text())', "pass")
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertRegex(done.stdout, r"BROKEN  reverts to what ran before: .*runs_target")
        self.assertIn("--only=/installer/reverts-to-what-ran-before", done.stdout)
        self.assertIn("kept    install/works\n", done.stdout)
        self.assertRegex(done.stdout, r"breaks the contract: 1 broken, \d+ kept")

    def test_says_what_the_world_lacks(self):
        world = pathlib.Path(self.folder.name, "world")
        world.write_text("#!/bin/sh\nexit 64\n")
        world.chmod(0o755)
        told = self.keeps(f"{SOURCE}/tests/integration/pawld/strangers/files.plugin", "python", f"--world={world}")
        self.assertIn("skipped install/works: the world has no action “target”\n", told)
        self.assertIn("kept    describe installed/works\n", told)

    def test_one_promise_alone(self):
        keyfile = f"{SOURCE}/tests/integration/pawld/strangers/files.plugin"
        done = self.check(keyfile, "python", f"--world={WORLDS}/files", "--only=/installer/install/works")
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertRegex(done.stdout, r"keeps the contract: 1 kept")
        done = self.check(keyfile, "python", f"--world={WORLDS}/files", "--only=/installer/flies")
        self.assertEqual((done.returncode, "there is no such promise" in done.stderr), (1, True))

    def test_tells_what_is_broken(self):
        room = self.stamp("python", "confirmer")
        script = room / "a_plugin.py"
        script.write_text(script.read_text().replace("raise Pawl", "import os; os._exit(3); raise Pawl"))
        done = self.check(room / "a-plugin.plugin", "python")
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
