#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""Killed at each write: what is public stays good, and the same command, given again, goes on. strace sends the signal."""
import os
import shutil
import signal
import subprocess
import sys
import threading

from repo_test import PROGRAM, Case, Tree, main


def can_trace():
    done = subprocess.run(["strace", "-qq", "-e", "trace=rename", "true"], capture_output=True, check=False)
    return done.returncode == 0


class Kill(Case):
    def killed(self, call, n, *args):
        """Run a command that is killed at the n-th call of that name; say whether it came so far."""
        done = subprocess.run(
            ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={n}",
             PROGRAM, "-C", str(self.work), *map(str, args)],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, env=self.environment, check=False)
        if done.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL):
            return True
        self.assertEqual(done.returncode, 0, done.stderr)
        return False

    def each(self, *args, calls=("rename", "fsync")):
        """Kill a command at its first rename, at its second one, and so on, and after each look."""
        for call in calls:
            for n in range(1, 40):
                self.restore()
                if not self.killed(call, n, *args):
                    break
                self.verify()
                self.call("status")
                self.again(*args)
            else:
                self.fail("it never came to its end")
            self.assertGreater(n, 1, f"{call}: it is not called")

    def save(self):
        self.saved = self.folder / "saved"
        self.saved.mkdir()
        for path in self.folder.iterdir():
            if path.name.startswith(("work", "public")):
                subprocess.run(["cp", "-a", path, self.saved], check=True)

    def restore(self):
        for path in self.folder.iterdir():
            if path.name.startswith(("work", "public")):
                path.unlink() if path.is_symlink() else shutil.rmtree(path)
        subprocess.run(["cp", "-a", f"{self.saved}/.", self.folder], check=True)

    def again(self, *args):
        """What is left of the whole way to a second target."""
        names = ["target", "sign", "publish"]
        for name in names[names.index(args[0]):]:
            if name == "target":
                self.call("target", "add", self.folder / "two.bin")
            elif name == "sign":
                self.call("tx", "status")
                if (self.work / "staged").exists() and any((self.work / "staged").iterdir()):
                    subprocess.run([PROGRAM, "-C", self.work, "sign"], env=self.environment, capture_output=True, check=False)
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
        self.each("target", "add", self.folder / "two.bin")

    def test_sign(self):
        self.call("target", "add", self.folder / "two.bin")
        self.save()
        self.each("sign")

    def test_publish(self):
        self.call("target", "add", self.folder / "two.bin")
        self.call("sign")
        self.save()
        self.each("publish", self.public)

    def test_publish_a_new_root(self):
        self.call("key", "generate", "other", "--insecure")
        self.call("root", "replace-key", "main", "other")
        self.call("target", "add", self.folder / "two.bin")
        self.call("sign")
        self.save()
        self.each("publish", self.public)

    def test_publish_as_a_new_tree(self):
        self.call("publish", self.public, "--switch")
        self.call("target", "add", self.folder / "two.bin")
        self.call("sign")
        self.save()
        self.each("publish", self.public, calls=("rename", "fsync", "syncfs", "symlink", "link", "mkdir", "rmdir", "unlink"))
        self.assertTrue(self.public.is_symlink())

    def test_publish_that_makes_a_folder_a_link(self):
        self.call("target", "add", self.folder / "two.bin")
        self.call("sign")
        self.save()
        self.each("publish", self.public, "--switch", calls=("renameat2", "syncfs", "symlink", "link"))
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
    if not can_trace():
        sys.exit(77)
    main()
