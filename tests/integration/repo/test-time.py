#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""What time does to a repository. The program's clock is libfaketime's."""
import json
import subprocess

from repo_test import Case, Tree, main


def faketime_library():
    done = subprocess.run(["faketime", "-f", "+0", "sh", "-c", "echo $LD_PRELOAD"], capture_output=True, text=True, check=True)
    return done.stdout.strip()


class Time(Case):
    library = faketime_library()

    def setUp(self):
        super().setUp()
        self.call("init", "--profile", "simple")
        self.call("key", "generate", "person", "--insecure", "--role", "root", "--role", "targets")
        self.call("key", "generate", "machine", "--keys", self.folder / "machine", "--role", "snapshot", "--role", "timestamp")
        self.call("target", "add", self.write("fw.bin", "one\n"))
        self.call("sign")
        self.call("sign", "--keys", self.folder / "machine")
        self.publish()

    def later(self, days, *args, status=0):
        return self.call(*args, status=status, LD_PRELOAD=self.library, FAKETIME=f"{days:+d}d")

    def versions(self):
        tree = Tree(self.public)
        timestamp = tree.load("timestamp.json")["signed"]
        return timestamp["version"], timestamp["meta"]["snapshot.json"]["version"]

    def resign(self, days, *args):
        return self.later(days, "resign", *args, "--keys", self.folder / "machine")

    def test_a_timer_keeps_it_fresh(self):
        self.assertIn("0 roles", self.resign(0, "--if-expires-within", "3d"))
        self.assertIn("1 roles", self.resign(5, "--if-expires-within", "3d"))
        self.later(5, "publish", self.public)
        self.assertEqual(self.versions(), (2, 1))
        self.assertIn("1 roles", self.resign(28, "--if-expires-within", "3d"))
        self.later(28, "publish", self.public)
        self.assertEqual(self.versions(), (3, 2))
        self.later(28, "verify", self.public, "--root", self.work / "root/1.root.json")
        Tree(self.public).check()

    def test_an_open_transaction_is_not_in_the_way(self):
        self.call("target", "add", self.write("b.bin", "two\n"))
        self.resign(5, "--if-expires-within", "3d")
        self.resign(28, "--if-expires-within", "3d")
        self.assertIn("only what is signed is published", self.later(28, "publish", self.public))
        self.assertEqual(self.versions(), (3, 2))
        self.later(28, "sign")
        self.assertIn("0 roles", self.resign(28, "--if-expires-within", "3d"))
        self.later(28, "publish", self.public)
        self.assertEqual(self.versions(), (4, 3))
        self.assertEqual(sorted(Tree(self.public).check()), ["b.bin", "fw.bin"])

    def test_keys_that_are_elsewhere(self):
        text = self.resign(360, "--if-expires-within", "10d")
        self.assertIn("targets expires soon, and its keys are elsewhere", text)
        self.assertIn("root expires soon", text)
        self.later(360, "resign", "--if-expires-within", "10d")
        self.resign(360, "--if-expires-within", "1h")
        self.later(360, "publish", self.public)
        self.later(400, "resign", "--role", "timestamp", "--keys", self.folder / "machine")
        self.resign(400, "--if-expires-within", "1h")
        self.later(400, "publish", self.public)
        self.later(400, "verify", self.public, "--root", self.work / "root/1.root.json")
        self.assertTrue((self.public / "2.root.json").exists())

    def test_an_expired_repository_says_so(self):
        self.assertIn("half of its life", self.later(4, "status"))
        self.assertIn("URGENT", self.later(29, "status", status=1))
        text = self.later(8, "status", status=1)
        self.assertIn("EXPIRED", text)
        self.later(8, "verify", self.public, "--root", self.work / "root/1.root.json", status=1)
        self.assertIn("a device would refuse it", self.later(8, "publish", self.public, status=1))
        self.resign(8, "--if-expires-within", "1h")
        self.later(8, "publish", self.public)
        self.later(8, "verify", self.public, "--root", self.work / "root/1.root.json")

    def test_refuses_a_clock_in_the_past(self):
        self.assertIn("clock is in the past", self.later(-1, "target", "add", self.write("b", "b"), status=1))
        self.assertIn("clock is in the past", self.later(-1, "publish", self.public, status=1))

    def test_refuses_to_sign_what_is_expired(self):
        self.call("root", "set-expiry", "targets", "1d")
        self.call("target", "add", self.write("b.bin", "two\n"))
        self.assertIn("expired", self.later(2, "sign", status=1))

    def test_status_for_programs(self):
        self.call("target", "add", self.write("b.bin", "two\n"))
        status = json.loads(self.call("status", "--json"))
        roles = {role["role"]: role for role in status["roles"]}
        self.assertEqual(set(roles), {"root", "targets", "snapshot", "timestamp"})
        self.assertEqual(roles["root"]["spare_keys"], 0)
        self.assertEqual(status["staged"], [{"role": "targets", "version": 2, "missing_signatures": 1}])
        text = self.call("status", "--prometheus")
        self.assertIn('pawl_repo_role_version{role="snapshot"} 1\n', text)
        for line in text.splitlines():
            self.assertRegex(line, r'^(# (HELP|TYPE) \w+ .+|\w+\{role="\w+"\} -?[0-9.]+)$')
        self.assertIn("wanted one of", self.call("status", "--json", "--prometheus", status=2))
        self.assertIn("you can lose 0 more keys", self.call("status"))

    def test_refuses_a_changed_log(self):
        log = self.work / "audit.log"
        log.write_text(log.read_text().replace("fw.bin", "good.bin"))
        self.assertIn("an earlier line was changed", self.call("status", status=1))
        self.assertIn("an earlier line was changed", self.call("publish", self.public, status=1))

    def test_usage(self):
        self.assertIn("wanted one of", self.call("resign", status=2))
        self.assertIn("as in 90d", self.call("resign", "--if-expires-within", "x", status=2))


if __name__ == "__main__":
    main()
