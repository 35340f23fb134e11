#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""Devices that look all the time while it is published: no look may fail. PAWL_REPO_RACE_ROUNDS says how often it is published."""
import os
import shutil
import threading

from repo_test import Tree
from web_test import WebCase, web_main

ROUNDS = int(os.environ.get("PAWL_REPO_RACE_ROUNDS", "40"))
# Every so often the keys of snapshot and timestamp are others: half of the time the old ones sign as well, as when somebody leaves, and
# half of the time they do not, as after a theft.
ROTATION = 20


class Race(WebCase):
    options = ()

    def setUp(self):
        super().setUp()
        self.url = self.serve()
        self.start()
        self.target = 0
        self.next()
        shutil.copy(self.work / "root/1.root.json", self.folder / "first.json")
        self.done, self.failures, self.looks = threading.Event(), [], {}

    def next(self):
        self.call("target", "add", self.write("file", f"{self.target}\n"), "--name", "file.bin")
        self.call("sign")
        self.call("publish", self.public, *self.options)
        self.target += 1

    def rotate(self, i):
        old = "main" if i < 2 * ROTATION else f"online-{i - ROTATION}"
        self.call("key", "generate", f"online-{i}", "--insecure")
        for role in ("snapshot", "timestamp"):
            self.call("root", "add-key", f"online-{i}", "--role", role)
            self.call("root", "remove-key", old, "--role", role)
        if old != "main" and i // ROTATION % 2:
            (self.folder / f"keys/{old}.pem").unlink()

    def look(self, name, once):
        self.looks[name] = 0
        while not self.done.is_set():
            try:
                once()
                self.looks[name] += 1
            except AssertionError as error:
                self.failures.append(f"{name}: {error}")

    def verify_as_new(self):
        self.call("verify", self.public, "--root", self.folder / "first.json", work=self.folder)

    def refresh(self):
        self.device(self.url, "refresh", folder="old-device")

    def come_new(self):
        shutil.rmtree(self.folder / "new-device", ignore_errors=True)
        (self.folder / "new-device").mkdir()
        self.device(self.url, "init", self.folder / "first.json", folder="new-device")
        self.device(self.url, "download", name="file.bin", folder="new-device")

    def test_no_look_fails_while_it_is_published(self):
        (self.folder / "old-device").mkdir()
        self.device(self.url, "init", self.folder / "first.json", folder="old-device")
        threads = [threading.Thread(target=self.look, args=pair) for pair in
                   (("verify", self.verify_as_new), ("refresh", self.refresh), ("download", self.come_new))]
        for thread in threads:
            thread.start()
        try:
            for i in range(1, ROUNDS):
                if i % ROTATION == 0:
                    self.rotate(i)
                self.next()
        finally:
            self.done.set()
            for thread in threads:
                thread.join()
        print(f"{ROUNDS} publications, {self.looks}, {len(self.failures)} failures")
        self.assertEqual(self.failures, [])
        self.assertGreater(min(self.looks.values()), 0)
        Tree(self.public).check()


class SwitchedRace(Race):
    options = ("--switch",)


if __name__ == "__main__":
    web_main()
