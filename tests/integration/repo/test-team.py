#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""Several people with a clone each: thresholds, signatures from elsewhere, and changes of keys."""
import json
import shutil

from repo_test import Case, Tree, main

PEOPLE = ("alice", "bob", "carol")


class Team(Case):
    """Root and targets by two of three; snapshot and timestamp by a key of a machine."""

    def setUp(self):
        super().setUp()
        self.call("init", "--profile", "team", *self.options())
        for name in PEOPLE:
            self.call("key", "generate", name, "--owner", name.title(), "--insecure", "--role", "root", "--keys", self.keys(name))
            self.call("key", "generate", f"{name}-t", "--owner", name.title(), "--insecure", "--role", "targets",
                      "--keys", self.keys(name))
        self.call("key", "generate", "machine", "--role", "snapshot", "--role", "timestamp", "--keys", self.keys("machine"))

    def options(self):
        return ()

    def keys(self, name):
        return self.folder / "keys-of" / name

    def sign(self, *names, work=None):
        for name in names:
            text = self.call("sign", "--keys", self.keys(name), work=work)
        return text

    def complete(self, *names):
        """A repository that is signed and published."""
        self.sign(*(names or ("alice", "bob", "machine")))
        return self.publish()

    def clone(self, name):
        path = self.folder / "clone-of" / name
        shutil.copytree(self.work, path)
        return path


class Thresholds(Team):
    def test_two_of_three(self):
        self.assertIn("1 of 2", self.sign("carol"))
        self.assertIn("is not complete", self.call("publish", self.public, status=3))
        self.assertFalse(self.public.exists())
        self.assertIn("nothing to sign", self.call("sign", "--keys", self.keys("carol"), status=3))
        self.assertIn("nothing to sign", self.call("sign", "--keys", self.keys("machine"), status=3))
        self.sign("alice", "machine")
        self.publish()

    def test_signatures_from_three_folders(self):
        clones = {name: self.clone(name) for name in ("bob", "carol")}
        bundles = []
        for name, clone in clones.items():
            self.sign(name, work=clone)
            bundles.append(self.folder / f"{name}.sigs")
            self.call("sig", "export", bundles[-1], work=clone)
        text = self.call("sig", "import", *reversed(bundles))
        self.assertIn("4 signatures are good", text)
        self.sign("machine")
        self.publish()

    def test_a_colleagues_staged_file(self):
        clone = self.clone("bob")
        self.sign("bob", work=clone)
        self.call("sig", "import", clone / "staged/root.json", clone / "staged/targets.json")
        self.complete("alice", "machine")

    def test_refuses_bad_bundles(self):
        clone = self.clone("bob")
        self.sign("bob", work=clone)
        bundle = self.folder / "bob.sigs"
        self.call("sig", "export", bundle, work=clone)
        good = json.loads(bundle.read_text())

        def refuse(message, status, change):
            bad = json.loads(json.dumps(good))
            change(bad["signatures"][0])
            path = self.write("bad.sigs", json.dumps(bad))
            self.assertIn(message, self.call("sig", "import", path, status=status))
            self.assertEqual(json.loads((self.work / "staged/root.json").read_text())["signatures"], [])

        refuse("is not good", 1, lambda e: e.update(sig="00" * 64))
        refuse("is not good", 1, lambda e: e.update(keyid="ab" * 32))
        refuse("something else", 4, lambda e: e.update(sha256="ab" * 32))
        refuse("something else", 4, lambda e: e.update(role="nobody"))
        refuse("wanted a role", 1, lambda e: e.update(sig='"}'))
        refuse("wanted a role", 1, lambda e: e.pop("keyid"))
        self.assertIn("no signatures", self.call("sig", "import", self.write("x.json", "{}"), status=1))
        self.assertIn("wanted a value", self.call("sig", "import", self.write("x.json", "<<<<"), status=1))
        self.call("target", "add", self.write("fw.bin", "one\n"))
        self.assertIn("something else", self.call("sig", "import", bundle, status=4))

    def test_review_says_what_changes(self):
        self.complete()
        self.call("target", "add", self.write("fw.bin", "one\n"), "--version", "7")
        text = self.call("tx", "review")
        self.assertIn("+ target fw.bin", text)
        self.assertIn("version 1 → 2", text)
        self.assertIn("may sign: alice-t, bob-t, carol-t", text)
        self.call("root", "remove-key", "carol", "--role", "root")
        self.assertIn("~ role root", self.call("tx", "show", "root"))
        self.call("tx", "cancel", "targets")
        self.call("tx", "cancel")
        self.assertIn("Nothing is staged", self.call("tx", "status"))
        self.assertIn("nothing is staged", self.call("tx", "cancel", "targets", status=2))

    def test_refuses_another_faster_transaction(self):
        self.complete()
        self.call("target", "add", self.write("fw.bin", "one\n"))
        staged = (self.work / "staged/targets.json").read_bytes()
        self.complete()
        (self.work / "staged/targets.json").write_bytes(staged.replace(b'"version":2', b'"version":1'))
        self.assertIn("another transaction was faster", self.call("target", "add", self.write("b", "b"), status=4))
        self.assertIn("another transaction was faster", self.call("sign", "--keys", self.keys("alice"), status=4))

    def test_refuses_one_key_twice(self):
        self.assertIn("already", self.call("key", "import", "alice2", self.keys("alice") / "alice.pem", status=4))
        self.assertIn("already", self.call("key", "generate", "alice", "--insecure", "--keys", self.keys("x"), status=4))

    def test_a_public_key_of_a_colleague(self):
        exported = self.write("alice.json", self.call("key", "export", "alice"))
        other = self.folder / "other"
        self.call("init", work=other)
        self.call("key", "import", "alice", exported, "--role", "root", work=other)
        self.assertIn("Alice", self.call("key", "list", work=other))


class Changes(Team):
    def generate(self, name):
        self.call("key", "generate", name, "--insecure", "--keys", self.keys("new"))

    def test_every_role_gets_new_keys_while_a_device_sleeps(self):
        self.complete()
        for former, role in (("machine", "timestamp"), ("alice-t", "targets"), ("alice", "root")):
            self.generate(f"{former}-2")
            self.call("root", "replace-key", former, f"{former}-2")
            text = self.call("tx", "show", "root")
            self.sign("alice", "bob", "new")
            self.assertIn(f"~ role {role}", text)
            self.publish()
        root = Tree(self.public).load("4.root.json")
        self.assertEqual(len(root["signed"]["keys"]), 7)
        self.call("target", "add", self.write("fw.bin", "one\n"))
        self.sign("bob", "carol", "new")
        self.assertEqual(list(self.publish()), ["fw.bin"])

    def test_a_root_needs_both_thresholds(self):
        self.complete()
        for name in ("alice", "bob"):
            self.generate(f"{name}-2")
            self.call("root", "replace-key", name, f"{name}-2")
        self.sign("new")
        self.assertIn("the keys of the former root", self.call("tx", "status"))
        self.sign("alice")
        self.assertIn("is not complete", self.call("tx", "apply", status=3))
        self.sign("bob")
        self.assertIn("root 2: complete", self.call("tx", "status"))
        self.publish()

    def test_a_new_online_key_is_signed_by_both_and_appears_last(self):
        self.complete()
        self.generate("machine-2")
        self.call("root", "replace-key", "machine", "machine-2")
        self.sign("alice", "bob")
        text = self.call("sign", "--signer", self.keys("new") / "machine-2.pem", "--signer", self.keys("machine") / "machine.pem")
        self.assertIn("signed timestamp 2", text)
        self.publish()
        timestamp = json.loads((self.public / "timestamp.json").read_text())
        self.assertEqual(len(timestamp["signatures"]), 2)
        times = [(self.public / name).stat().st_mtime_ns for name in ("timestamp.json", "2.root.json")]
        self.assertLess(*times)

    def test_a_stolen_online_key_goes_first(self):
        self.complete()
        self.generate("machine-2")
        self.call("root", "replace-key", "machine", "machine-2")
        self.sign("alice", "bob", "new")
        self.publish()
        times = [(self.public / name).stat().st_mtime_ns for name in ("2.root.json", "timestamp.json")]
        self.assertLess(*times)

    def test_refusals(self):
        self.complete()
        self.assertIn("wanted root, targets", self.call("root", "add-key", "alice", "--role", "x", status=2))
        self.assertIn("wanted --role", self.call("root", "add-key", "alice", status=2))
        self.assertIn("already", self.call("root", "add-key", "alice", "--role", "root", status=2))
        self.assertIn("no key has that name", self.call("root", "add-key", "zoe", "--role", "root", status=2))
        self.assertIn("none of these roles", self.call("root", "remove-key", "alice", "--role", "targets", status=2))
        self.assertIn("add keys first", self.call("root", "set-threshold", "root", "4", status=2))
        self.call("root", "set-threshold", "root", "0", status=1)
        self.assertIn("as in 90d", self.call("root", "set-expiry", "root", "soon", status=2))
        self.assertIn("there is a root already", self.call("key", "generate", "x", "--insecure", "--role", "root", status=2))
        self.call("root", "remove-key", "alice")
        self.call("root", "remove-key", "bob")
        self.assertIn("role root has 1 keys", self.call("tx", "status"))
        self.call("sign", "--keys", self.keys("alice"))
        self.call("sign", "--keys", self.keys("bob"))
        self.assertIn("role root has 1 keys", self.call("publish", self.folder / "other"))


class AtsChanges(Changes):
    def options(self):
        return ("--format", "ats")


if __name__ == "__main__":
    main()
