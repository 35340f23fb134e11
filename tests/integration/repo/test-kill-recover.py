#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""Killed at each write of what is done for a fleet, for a host and after an accident: devices see the old or the new, and the same
command, given again, goes on."""
import shutil
import subprocess

from kill_test import KillCase, kill_main
from repo_test import Tree


class Fleet(KillCase):
    folders = ("work", "fleet")

    def setUp(self):
        super().setUp()
        self.start()
        for name in ("one.bin", "two.bin"):
            self.call("target", "add", self.write(name, name), "--hardware-id", "board")
        self.call("sign")
        self.publish()
        self.director = self.found_director()
        self.fleet = self.folder / "fleet"
        for car in ("car-1", "car-2"):
            self.call("director", "ecu", "add", car, f"{car}-a", "board")
        self.assign("one.bin")
        self.call("director", "sign")
        self.call("director", "publish", self.fleet)

    def assign(self, name):
        self.call("director", "assign", "--all-of", "board", name)

    def get_told(self, car):
        """What a device is told, by a device's way to it."""
        folder = self.fleet / car
        self.call("verify", folder, "--director", "--metadata-only", "--root", self.director / "root/1.root.json")
        tree = Tree(folder)
        version = tree.load("timestamp.json")["signed"]["version"]
        return list(tree.load(f"{version}.targets.json")["signed"]["targets"])

    def look(self):
        for car in ("car-1", "car-2"):
            self.assertIn(self.get_told(car), (["one.bin"], ["two.bin"]))
        self.call("status")

    def go_on(self):
        self.assign("two.bin")
        self.call("director", "sign")
        self.call("director", "publish", self.fleet)
        self.assertEqual([self.get_told("car-1"), self.get_told("car-2")], [["two.bin"], ["two.bin"]])

    def test_assign(self):
        self.save()
        self.each("director", "assign", "--all-of", "board", "two.bin", look=self.look, again=self.go_on,
                  calls=("rename", "syncfs"))

    def test_ecu_add(self):
        def again():
            done = self.attempt("director", "ecu", "add", "car-3", "car-3-a", "board")
            self.assertTrue(done.returncode == 0 or "has ECU car-3-a already" in done.stderr, done.stderr)
            self.go_on()
            self.assertEqual(self.get_told("car-3"), ["two.bin"])

        self.save()
        self.each("director", "ecu", "add", "car-3", "car-3-a", "board", look=self.look, again=again)

    def test_sign(self):
        self.assign("two.bin")
        self.save()
        self.each("director", "sign", look=self.look, again=self.go_on, calls=("rename", "syncfs", "unlink"))

    def test_publish(self):
        self.assign("two.bin")
        self.call("director", "sign")
        self.save()
        self.each("director", "publish", self.fleet, look=self.look, again=self.go_on, calls=("rename", "syncfs", "fsync"))

    def test_publish_with_a_new_root(self):
        self.call("key", "generate", "other", "--insecure", work=self.director)
        self.call("root", "replace-key", "director", "other", work=self.director)
        self.assign("two.bin")
        self.call("sign", work=self.director)
        self.call("tx", "apply", work=self.director)
        self.call("director", "sign")
        self.save()
        self.each("director", "publish", self.fleet, look=self.look, again=self.go_on, calls=("rename", "link"))

    def test_recover_director(self):
        backup = self.folder / "backup"
        shutil.copytree(self.work, backup)
        self.assign("two.bin")
        self.call("director", "sign")
        self.call("director", "publish", self.fleet)
        self.call("key", "generate", "fresh", "--insecure", work=self.director)
        command = ("recover", "director", "fresh", "--baseline", backup, "--above", "1000")

        def again():
            done = self.attempt(*command)
            self.assertTrue(done.returncode == 0 or "has role targets already" in done.stderr, done.stderr)
            self.call("sign", work=self.director)
            self.call("tx", "apply", work=self.director)
            self.call("director", "sign")
            self.call("director", "publish", self.fleet)
            self.assertEqual(self.get_told("car-1"), ["one.bin"])
            self.assertEqual(Tree(self.fleet / "car-1").load("timestamp.json")["signed"]["version"], 1001)

        self.save()
        self.each(*command, look=self.look, again=again, calls=("rename", "fsync", "syncfs"))


class Recover(KillCase):
    def setUp(self):
        super().setUp()
        self.start()
        self.call("sign")
        self.call("tx", "apply")
        for name in ("other", "supplier"):
            self.call("key", "generate", name, "--insecure")
        self.call("delegate", "add", "supplier", "--key", "supplier", "--path", "radio*")
        self.call("target", "add", self.write("good.bin", "good"))
        self.call("sign")
        self.publish()
        self.call("target", "add", self.write("radio", "radio"), "--role", "supplier")
        self.call("sign")
        self.publish()

    def look(self):
        self.verify()
        self.call("status")

    def each_event(self, *command, end, done_already=None):
        def again():
            done = self.attempt("recover", *command)
            self.assertTrue(done.returncode == 0 or (done_already and done_already in done.stderr), done.stderr)
            self.attempt("sign")
            end(self.publish())

        self.save()
        self.each("recover", *command, look=self.look, again=again)

    def load_root(self):
        return max((self.public.glob("*.root.json")), key=lambda path: int(path.name.split(".")[0]))

    def roles(self):
        return Tree(self.public).load(self.load_root().name)["signed"]["roles"]

    def test_online(self):
        before = self.roles()

        def end(_):
            self.assertFalse(set(self.roles()["timestamp"]["keyids"]) & set(before["timestamp"]["keyids"]))
            self.assertGreater(Tree(self.public).load("timestamp.json")["signed"]["version"], 1000)

        self.each_event("online", "other", "--above", "1000", end=end, done_already="has role snapshot already")

    def test_root_key(self):
        before = self.roles()["root"]["keyids"]
        self.each_event("root-key", "main", "--replace", "other", done_already="of its keys",
                        end=lambda _: self.assertNotEqual(self.roles()["root"]["keyids"], before))

    def test_expired_root(self):
        before = self.load_root().name
        self.each_event("expired-root", end=lambda _: self.assertNotEqual(self.load_root().name, before))

    def test_role(self):
        backup = self.folder / "backup"
        shutil.copytree(self.work, backup)
        self.call("target", "add", self.write("evil.bin", "evil"))
        self.call("sign")
        self.publish()
        self.each_event("role", "targets", "--baseline", backup,
                        end=lambda found: self.assertEqual(sorted(found), ["good.bin", "radio"]))

    def test_delegation(self):
        self.each_event("delegation", "supplier", end=lambda found: self.assertEqual(list(found), ["good.bin"]))

    def test_frozen_delegation(self):
        self.each_event("delegation", "supplier", "--freeze", done_already="supplier",
                        end=lambda found: self.assertEqual(list(found), ["good.bin"]))

    def test_republish(self):
        before = Tree(self.public).load("timestamp.json")["signed"]["version"]
        self.each_event("republish", "--to", self.public, end=lambda _: self.assertGreater(
            Tree(self.public).load("timestamp.json")["signed"]["version"], before))


class Push(KillCase):
    """Where commits go is written by ostree, so it is ostree that is killed, and pawl-repo that has to say so."""
    folders = ("work", "public")

    def ostree(self, *args):
        return subprocess.run(["ostree", *map(str, args)], check=True, capture_output=True, text=True).stdout.strip()

    def commit(self, text):
        self.write("tree/file", text)
        self.write("tree/etc/other", text * 2)
        return self.ostree("commit", f"--repo={self.source}", "--branch=os", f"--tree=dir={self.folder}/tree",
                           "--timestamp=2024-01-01 00:00:00 +0000")

    def was_killed(self, done):
        return done.returncode == 1 and "ostree" in done.stderr

    def setUp(self):
        super().setUp()
        self.work.mkdir()
        self.source = self.folder / "source"
        self.ostree("init", f"--repo={self.source}", "--mode=archive")
        self.old = self.commit("one\n")
        self.push = ("ostree", "push", "--from", self.source, self.public, "os", "--deltas")
        self.call(*self.push)
        self.new = self.commit("two\n")

    def look(self):
        self.ostree("fsck", f"--repo={self.public}", "--quiet")
        self.assertIn(self.ostree("rev-parse", f"--repo={self.public}", "os"), (self.old, self.new))

    def again(self):
        self.call(*self.push)
        self.assertEqual(self.ostree("rev-parse", f"--repo={self.public}", "os"), self.new)
        self.assertIn(self.new, self.ostree("summary", f"--repo={self.public}", "--view"))
        self.ostree("fsck", f"--repo={self.public}", "--quiet")

    def test_push(self):
        self.save()
        self.each(*self.push, look=self.look, again=self.again, calls=("renameat", "linkat", "fdatasync"))


if __name__ == "__main__":
    kill_main()
