#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""Roles in other hands: what they may say, and how it ends."""
import json

from repo_test import Case, Tree, main


class Delegate(Case):
    options = ()

    def setUp(self):
        super().setUp()
        self.start(*self.options)
        self.call("sign")
        self.publish()
        for name in ("supplier", "supplier-2", "other"):
            self.call("key", "generate", name, "--insecure")

    def add(self, name, role, text="one\n", status=0):
        return self.call("target", "add", self.write("file", text), "--name", name, "--role", role, status=status)

    def delegate(self, role="supplier", *options):
        self.call("delegate", "add", role, "--key", "supplier", *(options or ("--path", "radio/*")))
        self.call("sign")
        self.publish()

    def metadata(self, role):
        return json.loads((self.work / f"roles/delegations/{role}.json").read_text())

    def test_a_supplier_lists_its_own(self):
        self.delegate()
        self.add("radio/1.bin", "supplier")
        self.assertIn("+ target radio/1.bin", self.call("tx", "show", "supplier"))
        self.call("sign", "--signer", self.folder / "keys/supplier.pem")
        self.assertIn("snapshot", self.call("sign"))
        self.assertEqual(list(self.publish()), ["radio/1.bin"])
        self.assertIn("supplier\tradio/1.bin", self.call("target", "list"))

    def test_refuses_what_is_not_the_suppliers(self):
        self.delegate()
        self.assertIn("in no path that is delegated", self.add("engine/1.bin", "supplier", status=2))
        self.assertIn("in no path that is delegated", self.add("radio/a/b.bin", "supplier", status=2))
        self.assertIn("nobody delegates to it", self.add("radio/1.bin", "nobody", status=5))

    def test_rotation(self):
        self.delegate()
        self.add("radio/1.bin", "supplier")
        self.call("sign")
        self.publish()
        self.call("delegate", "rotate", "supplier", "--key", "supplier-2", "--key", "other", "--threshold", "2")
        self.call("sign")
        self.assertEqual(list(self.publish()), ["radio/1.bin"])
        document = self.metadata("supplier")
        self.assertEqual(document["signed"]["version"], 3)
        self.assertGreaterEqual(len(document["signatures"]), 2)

    def test_revoked_and_back(self):
        self.delegate()
        self.add("radio/1.bin", "supplier")
        self.call("sign")
        self.publish()
        self.call("delegate", "revoke", "supplier")
        self.call("sign")
        self.assertEqual(self.publish(), {})
        self.assertFalse((self.work / "roles/delegations/supplier.json").exists())
        snapshot = json.loads((self.work / "roles/snapshot.json").read_text())["signed"]
        self.assertEqual(snapshot["meta"]["supplier.json"]["version"], 2)
        self.delegate()
        self.assertEqual(self.metadata("supplier")["signed"]["version"], 3)

    def test_given_up_before_it_was_signed(self):
        self.call("delegate", "add", "supplier", "--key", "supplier", "--path", "radio/*")
        self.call("tx", "cancel", "targets")
        self.assertIn("Nothing is staged", self.call("tx", "status"))
        self.call("delegate", "add", "supplier", "--key", "supplier", "--path", "radio/*")
        self.call("delegate", "revoke", "supplier")
        self.assertNotIn("supplier", self.call("tx", "status"))
        self.call("sign")
        self.publish()

    def test_of_a_delegated_role(self):
        self.delegate()
        self.call("delegate", "add", "chip", "--from", "supplier", "--key", "other", "--path", "radio/chip-*", "--terminating",
                  "--hardware-id", "board")
        self.call("sign")
        self.publish()
        self.add("radio/chip-1", "chip")
        self.call("sign")
        self.assertEqual(list(self.publish()), ["radio/chip-1"])

    def test_hash_bins(self):
        self.delegate("bins", "--hash-bins", "32")
        for i in range(8):
            self.add(f"fw-{i}.bin", "bins", f"{i}\n")
        self.call("sign")
        self.assertEqual(len(self.publish()), 8)
        roles = json.loads((self.work / "roles/targets.json").read_text())["signed"]["delegations"]["roles"]
        self.assertEqual(len(roles), 32)
        self.assertEqual(sorted(p for r in roles for p in r["path_hash_prefixes"]), [f"{i:02x}" for i in range(256)])

    def test_refusals(self):
        def refuse(message, *options, status=2):
            self.assertIn(message, self.call("delegate", *options, status=status))

        refuse("top-level", "add", "snapshot", "--key", "other", "--path", "*")
        refuse("wanted a name", "add", "a/b", "--key", "other", "--path", "*")
        refuse("wanted one of --path", "add", "x", "--key", "other")
        refuse("wanted one of --path", "add", "x", "--key", "other", "--path", "*", "--hash-bins", "16")
        refuse("wanted a power of 2", "add", "x", "--key", "other", "--hash-bins", "12")
        refuse("wanted a threshold", "add", "x", "--key", "other", "--path", "*", "--threshold", "2")
        refuse("wanted a threshold", "add", "x", "--path", "*")
        refuse("no key has that name", "add", "x", "--key", "nobody", "--path", "*")
        refuse("nobody delegates to it", "revoke", "x")
        refuse("nobody delegates to it", "rotate", "x", "--key", "other")
        self.delegate()
        refuse("already", "add", "supplier", "--key", "other", "--path", "*")


class AtsDelegate(Delegate):
    options = ("--format", "ats")


if __name__ == "__main__":
    main()
