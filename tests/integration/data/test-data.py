#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""What is installed besides code fits the code: policy and bus contract, units and their sandbox, users and folders.

  test-data.py SOURCE_ROOT BUILD_ROOT
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as xml

SOURCE, BUILD = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
DATA = SOURCE / "data"
# Tenths of what `systemd-analyze security` calls exposure. fwupd 2.0.20 has 46 and RAUC 1.8 has 96 (Debian 12,
# systemd 252).
MOST_EXPOSED = {"pawld.service": 20, "pawl-check.service": 20}


def run(*words):
    return subprocess.run(words, capture_output=True, text=True)


def need(program):
    return unittest.skipUnless(shutil.which(program), f"there is no {program}")


class Policy(unittest.TestCase):
    def test_one_action_for_each_change(self):
        contract = (SOURCE / "introspection/dbus/org.pawl.Update1.xml").read_text()
        wanted = set(re.findall(r"Action: `(org\.pawl\.update1\.[a-z]+)`", contract))
        actions = xml.parse(DATA / "polkit/org.pawl.update1.policy").getroot().findall("action")
        self.assertEqual({action.get("id") for action in actions}, wanted)
        self.assertGreater(len(wanted), 10)

    def test_nobody_may_change_things_from_elsewhere(self):
        for action in xml.parse(DATA / "polkit/org.pawl.update1.policy").getroot().findall("action"):
            self.assertEqual(action.find("defaults/allow_any").text, "auth_admin")
            self.assertTrue(action.find("description").text and action.find("message").text)

    def test_only_root_owns_the_name(self):
        root = xml.parse(DATA / "dbus/org.pawl.Update1.conf").getroot()
        owners = [policy.get("user") for policy in root for rule in policy if rule.get("own")]
        self.assertEqual(owners, ["root"])


class Units(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        for name in ("pawld.service", "pawl-check.service", "pawl-failed-boot.service"):
            text = (BUILD / "data/systemd" / name).read_text()
            self.assertNotIn("@libexecdir", text)
            # The programs are not installed here.
            text = re.sub(r"(?m)^(ExecStart=)\S*/(pawld|pawlctl)", r"\1/bin/true", text)
            text = re.sub(r"(?m)^Documentation=.*\n", "", text)
            (self.folder / name).write_text(text)
        shutil.copy(DATA / "systemd/pawl-check.timer", self.folder)

    @need("systemd-analyze")
    def test_units_are_understood(self):
        for unit in sorted(self.folder.iterdir()):
            result = run("systemd-analyze", "verify", "--man=no", unit)
            complaints = [line for line in result.stderr.splitlines() if "pawl" in line]
            self.assertEqual(complaints, [])

    @need("systemd-analyze")
    def test_sandbox_is_tight(self):
        for name, limit in MOST_EXPOSED.items():
            result = run("systemd-analyze", "security", "--offline=yes", f"--threshold={limit}", self.folder / name)
            print(result.stdout.strip().splitlines()[-1] if result.stdout else result.stderr)
            self.assertEqual(result.returncode, 0)

    @need("systemd-analyze")
    def test_drop_ins_are_understood(self):
        known = (SOURCE / "meson.build").read_text() + "'js' 'isolation'"
        base = (self.folder / "pawld.service").read_text()
        for drop_in in sorted((DATA / "sandbox").glob("*.conf")):
            self.assertIn(f"'{drop_in.stem}'", known)
            self.assertIn(drop_in.name, (DATA / "sandbox/meson.build").read_text())
            settings = drop_in.read_text().split("[Service]\n")[1]
            (self.folder / "pawld.service").write_text(base.replace("[Install]", settings + "\n[Install]"))
            result = run("systemd-analyze", "verify", "--man=no", self.folder / "pawld.service")
            self.assertEqual([line for line in result.stderr.splitlines() if "pawld" in line], [], drop_in.name)

    @need("systemd-sysusers")
    def test_users_and_folders(self):
        (self.folder / "etc").mkdir()
        result = run("systemd-sysusers", f"--root={self.folder}", DATA / "systemd/sysusers.conf")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("pawl:", (self.folder / "etc/group").read_text())
        self.assertIn("pawl-plugin:", (self.folder / "etc/passwd").read_text())

    def test_failed_boot_reads_the_journal(self):
        text = (self.folder / "pawl-failed-boot.service").read_text()
        pattern = re.search(r'^ExecCondition=/bin/grep -qE "(.*)" ', text, re.M).group(1)
        for state in ("trial", "activating"):
            self.assertTrue(re.search(pattern, "{'id': <'x'>, 'state': <'%s'>}" % state))
        self.assertFalse(re.search(pattern, "{'state': <'idle'>, 'id': <'trial'>}"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
