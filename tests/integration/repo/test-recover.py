#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""What happens to keys and hosts, and how a fleet that slept through it all goes on."""
import json
import shutil
import subprocess

from repo_test import Case, Tree, main


class Recover(Case):
    options = ()

    def setUp(self):
        super().setUp()
        self.call("init", "--profile", "simple", *self.options)
        for name, roles in (("alice", ("root",)), ("bob", ("root", "targets")), ("machine", ("snapshot", "timestamp"))):
            self.call("key", "generate", name, "--insecure", "--owner", name.title(), *(x for r in roles for x in ("--role", r)))
        self.add("good.bin")
        self.sign()

    def add(self, name):
        self.call("target", "add", self.write("file", name), "--name", name)

    def sign(self):
        self.call("sign")
        return self.publish()

    def versions(self):
        tree = Tree(self.public)
        timestamp = tree.load("timestamp.json")["signed"]
        snapshot = timestamp["meta"]["snapshot.json"]["version"]
        targets = tree.load(f"{snapshot}.snapshot.json")["signed"]["meta"]["targets.json"]["version"]
        return timestamp["version"], snapshot, targets

    def test_a_stolen_online_key_that_ran_ahead(self):
        self.call("key", "generate", "machine-2", "--insecure")
        text = self.call("recover", "online", "machine-2", "--above", "1000000")
        self.assertIn("may sign: alice, bob", text)
        (self.folder / "keys/machine.pem").unlink()
        self.sign()
        self.assertEqual(self.versions()[:2], (1000001, 1000001))
        self.add("next.bin")
        self.sign()
        self.assertEqual(self.versions(), (1000002, 1000002, 1000001))
        self.assertIn("has role snapshot already", self.call("recover", "online", "machine-2", status=2))
        self.assertIn("no key has that name", self.call("recover", "online", "nobody", status=2))
        self.call("key", "generate", "machine-3", "--insecure")
        self.assertIn("wanted at most", self.call("recover", "online", "machine-3", "--above", "9" * 15, status=2))

    def test_a_lost_root_key(self):
        self.call("recover", "root-key", "alice")
        self.sign()
        self.call("key", "generate", "carol", "--insecure")
        self.call("recover", "root-key", "bob", "--replace", "carol")
        self.sign()
        root = Tree(self.public).load("3.root.json")["signed"]
        self.assertEqual(len(root["roles"]["root"]["keyids"]), 1)
        self.assertIn("none of its keys", self.call("recover", "root-key", "alice", status=2))
        self.assertIn("another first root", self.call("recover", "root-lost"))

    def test_an_expired_root(self):
        self.call("recover", "expired-root")
        self.sign()
        self.assertTrue((self.public / "2.root.json").exists())

    def test_somebody_leaves(self):
        self.call("key", "generate", "carol", "--insecure", "--owner", "Carol")
        self.call("key", "retire", "Bob", "--replace", "carol")
        self.sign()
        text = self.call("key", "list")
        self.assertRegex(text, r"carol\tCarol\t\S+\t\w+\troot,targets\n")
        self.assertRegex(text, r"bob\tBob\t\S+\t\w+\t\n")
        self.assertIn("no key is theirs", self.call("key", "retire", "Zoe", status=2))

    def test_a_stolen_key_of_targets(self):
        backup = self.folder / "backup"
        shutil.copytree(self.work, backup)
        self.add("evil.bin")
        self.add("good.bin")
        self.sign()
        self.call("target", "add", self.write("file", "changed"), "--name", "good.bin")
        self.sign()
        text = self.call("recover", "role", "targets", "--baseline", backup)
        self.assertIn("- evil.bin\n- good.bin\n2 targets", text)
        self.assertEqual(self.sign(), {})
        self.assertIn("wanted --baseline", self.call("recover", "role", "targets", status=2))
        self.assertIn("it has no role", self.call("recover", "role", "x", "--baseline", backup, status=2))

    def test_a_stolen_key_of_a_supplier(self):
        self.call("key", "generate", "supplier", "--insecure")
        self.call("delegate", "add", "supplier", "--key", "supplier", "--path", "radio*")
        self.sign()
        self.call("target", "add", self.write("file", "radio"), "--name", "radio", "--role", "supplier")
        self.assertEqual(len(self.sign()), 2)
        self.call("recover", "delegation", "supplier")
        self.assertEqual(list(self.sign()), ["good.bin"])
        self.call("recover", "delegation", "supplier", "--freeze")
        self.sign()
        self.assertFalse((self.work / "roles/delegations/supplier.json").exists())

    def test_a_host_that_was_broken_into(self):
        backup = self.folder / "backup"
        shutil.copytree(self.work, backup)
        for i in range(3):
            self.add(f"{i}.bin")
            self.sign()
        before = self.versions()
        broken, self.public, self.work = self.public, self.folder / "new", backup
        self.call("recover", "republish", "--to", broken)
        self.assertEqual(list(self.sign()), ["good.bin"])
        self.assertTrue(all(new > old for new, old in zip(self.versions(), before)))
        self.assertIn("wanted --to", self.call("recover", "republish", status=2))

    def test_a_bad_image_that_devices_are_told_to_run(self):
        self.call("target", "add", self.write("file", "bad"), "--name", "bad.bin", "--hardware-id", "board")
        self.sign()
        self.call("director", "init")
        self.call("director", "ecu", "add", "car", "a", "board")
        self.call("director", "assign", "car", "a", "bad.bin")
        self.assertIn("1 ECUs", self.call("target", "yank", "bad.bin"))
        self.assertEqual(self.call("director", "ecu", "list"), "car\ta\tboard\t\n")


class AtsRecover(Recover):
    options = ("--format", "ats")


class Nginx(Case):
    def check(self, *options):
        text = self.call("nginx", "/srv/www", "--name", "updates.example.com", *options)
        self.call("init")
        for name in ("devices-ca", "server"):
            subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-keyout",
                            self.folder / "server.key", "-out", self.folder / f"{name}.pem"], check=True, capture_output=True)
        text = text.replace("/etc/pawl-repo", str(self.folder)).replace("/var/lib/pawl-repo/reports", str(self.folder / "reports"))
        path = self.write("nginx.conf", f"pid {self.folder}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\n"
                          f"access_log off;\nclient_body_temp_path {self.folder}/b;\n{text}}}\n")
        done = subprocess.run(["/usr/sbin/nginx", "-t", "-p", self.folder, "-c", path], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_nginx_takes_it(self):
        self.check()

    def test_nginx_takes_it_with_a_director(self):
        self.check("--director", "/srv/fleet")

    def test_refuses_what_nginx_would_read_otherwise(self):
        for options in (("/srv/www",), ("srv", "--name", "x"), ("/srv/a;b", "--name", "x"), ("/srv", "--name", "x; }"),
                        ("/srv", "--name", "x", "--director", "$1")):
            self.assertIn("wanted --name", self.call("nginx", *options, status=2))


if __name__ == "__main__":
    main()
