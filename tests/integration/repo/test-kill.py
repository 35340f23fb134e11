#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""Killed at each write on the way to what is public: that stays good, and the same command, given again, goes on."""
import os
import threading

from kill_test import KillCase, kill_main
from repo_test import Case, Tree


class Kill(KillCase):
    def each_step(self, *args, **options):
        self.each(*args, look=self.look, again=lambda: self.again(*args), **options)

    def look(self):
        self.verify()
        self.call("status")

    def again(self, *args):
        """What is left of the whole way to a second target."""
        names = ["target", "sign", "publish"]
        for name in names[names.index(args[0]):]:
            if name == "target":
                self.call("target", "add", self.folder / "two.bin")
            elif name == "sign":
                self.call("tx", "status")
                if (self.work / "staged").exists() and any((self.work / "staged").iterdir()):
                    self.attempt("sign")
            else:
                self.assertEqual(sorted(self.publish()), ["one.bin", "two.bin"])

    def setUp(self):
        super().setUp()
        self.start()
        self.call("target", "add", self.write("one.bin", "one\n"))
        self.call("sign")
        self.publish()
        self.write("two.bin", "two\n")

    def test_target_add(self):
        self.save()
        self.each_step("target", "add", self.folder / "two.bin")

    def test_sign(self):
        self.call("target", "add", self.folder / "two.bin")
        self.save()
        self.each_step("sign")

    def test_publish(self):
        self.call("target", "add", self.folder / "two.bin")
        self.call("sign")
        self.save()
        self.each_step("publish", self.public)

    def test_publish_a_new_root(self):
        self.call("key", "generate", "other", "--insecure")
        self.call("root", "replace-key", "main", "other")
        self.call("target", "add", self.folder / "two.bin")
        self.call("sign")
        self.save()
        self.each_step("publish", self.public)

    def test_publish_as_a_new_tree(self):
        self.call("publish", self.public, "--switch")
        self.call("target", "add", self.folder / "two.bin")
        self.call("sign")
        self.save()
        self.each_step("publish", self.public, calls=("rename", "fsync", "syncfs", "symlink", "link", "mkdir", "rmdir", "unlink"))
        self.assertTrue(self.public.is_symlink())

    def test_publish_that_makes_a_folder_a_link(self):
        self.call("target", "add", self.folder / "two.bin")
        self.call("sign")
        self.save()
        self.each_step("publish", self.public, "--switch", calls=("renameat2", "syncfs", "symlink", "link"))
        self.assertTrue(self.public.is_symlink())


class Race(Case):
    rounds = int(os.environ.get("PAWL_REPO_RACE_ROUNDS", "15"))

    def test_devices_refresh_while_it_is_published(self):
        self.start()
        self.call("sign")
        self.publish()
        root = self.work / "root/1.root.json"
        failures, refreshed, done = [], [0], threading.Event()

        def refresh():
            while not done.is_set():
                try:
                    self.call("verify", self.public, "--root", root, work=self.folder)
                    refreshed[0] += 1
                except AssertionError as error:
                    failures.append(str(error))

        thread = threading.Thread(target=refresh)
        thread.start()
        try:
            for i in range(self.rounds):
                if i % 5 == 4:
                    self.call("key", "generate", f"main-{i}", "--insecure")
                    self.call("root", "add-key", f"main-{i}", "--role", "timestamp", "--role", "snapshot")
                self.call("target", "add", self.write("file", f"{i}\n"), "--name", "file.bin")
                self.call("sign")
                self.call("publish", self.public)
        finally:
            done.set()
            thread.join()
        self.assertEqual(failures, [])
        self.assertGreater(refreshed[0], 0)
        Tree(self.public).check()


if __name__ == "__main__":
    kill_main()
