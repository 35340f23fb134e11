#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""Killed at each write on the way to what is public: that stays good, and the same command, given again, goes on."""
from kill_test import KillCase, kill_main


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


if __name__ == "__main__":
    kill_main()
