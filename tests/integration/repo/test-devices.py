#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""What is published, behind nginx with the configuration that pawl-repo makes, to the clients of the conformance suites."""
import urllib.error
import urllib.request

from web_test import WebCase, web_main


class Devices(WebCase):
    def test_a_device_that_slept_through_everything(self):
        url = self.serve()
        self.start()
        self.call("target", "add", self.write("fw.bin", "one\n"), "--name", "fw/1.bin")
        self.call("sign")
        self.publish()
        (self.folder / "device").mkdir()
        self.device(url, "init", self.work / "root/1.root.json")
        self.device(url, "refresh")
        for i in range(3):
            self.call("key", "generate", f"k{i}", "--insecure")
            self.call("root", "replace-key", f"k{i - 1}" if i else "main", f"k{i}")
            self.call("sign")
            self.publish()
        self.call("key", "generate", "supplier", "--insecure")
        self.call("delegate", "add", "supplier", "--key", "supplier", "--path", "radio/*")
        self.call("sign")
        self.call("publish", self.public)
        self.call("target", "add", self.write("fw.bin", "two\n"), "--name", "radio/2 ü.bin", "--role", "supplier")
        self.call("sign")
        self.publish()
        self.device(url, "refresh")
        for name in ("fw/1.bin", "radio/2 ü.bin"):
            self.device(url, "download", name=name)
        found = sorted(p.read_text() for p in (self.folder / "downloads").rglob("*") if p.is_file())
        self.assertEqual(found, ["one\n", "two\n"])
        self.call("verify", url, "--root", self.work / "root/1.root.json")

    def test_what_may_be_kept_and_for_how_long(self):
        url = self.serve()
        self.start()
        self.call("target", "add", self.write("fw.bin", "one\n"))
        self.call("sign")
        self.publish()
        hashed = next((self.public / "targets").iterdir()).name
        for path, wanted in (("timestamp.json", "no-cache"), ("1.root.json", "max-age=60"), ("9.root.json", "max-age=60"),
                             ("1.targets.json", "immutable"), (f"targets/{hashed}", "immutable")):
            try:
                answer = urllib.request.urlopen(f"{url}/{path}")
            except urllib.error.HTTPError as error:
                self.assertEqual((path, error.code), ("9.root.json", 404))
                answer = error
            with answer:
                self.assertIn(wanted, answer.headers["Cache-Control"], path)

    def test_a_vehicle(self):
        for form, profile in (("ats", "ats"), ("tuf", "standard")):
            with self.subTest(form):
                self.setUp()
                url = self.serve()
                self.start("--format", form)
                self.call("target", "add", self.write("fw.bin", "one\n"), "--hardware-id", "board")
                self.call("sign")
                self.publish()
                director = self.found_director()
                self.call("director", "ecu", "add", "car", "a", "board")
                self.call("director", "assign", "car", "a", "fw.bin")
                self.call("director", "sign")
                self.call("director", "publish", self.public / "director")
                answer = self.uptane(url, f"{url}/director/car", profile)
                self.assertEqual(answer["status"], "ok", answer)
                self.assertEqual([(t["name"], t["length"]) for t in answer["targets"]], [("fw.bin", 4)])
                self.doCleanups()


if __name__ == "__main__":
    web_main()
