#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""A fleet that is told what to run by static files."""
import hashlib
import json

from repo_test import Case, ats, count_good, main


class Director(Case):
    form = "tuf"

    def setUp(self):
        super().setUp()
        self.start("--format", self.form)
        self.call("target", "add", self.write("fw.bin", "one\n"), "--name", "fw-1.bin", "--hardware-id", "board",
                  "--format", "BINARY")
        self.call("target", "add", self.write("fw.bin", "two\n"), "--name", "fw-2.bin", "--hardware-id", "board")
        self.call("sign")
        self.publish()
        self.call("director", "init")
        self.director = self.work / "director"
        self.call("key", "generate", "director", "--insecure", work=self.director)
        self.call("sign", work=self.director)
        self.call("tx", "apply", work=self.director)
        self.fleet = self.folder / "fleet"
        for device in ("car-1", "car-2"):
            for serial in ("a", "b"):
                self.call("director", "ecu", "add", device, f"{device}-{serial}", "board")

    def sign(self):
        text = self.call("director", "sign")
        self.call("director", "publish", self.fleet)
        for device in self.fleet.iterdir():
            self.call("verify", device, "--director", "--metadata-only", "--root", self.director / "root/1.root.json")
        return text

    def targets(self, device):
        root = json.loads((self.fleet / device / "1.root.json").read_text())["signed"]
        document = json.loads((self.fleet / device / "targets.json").read_text())
        self.assertEqual(count_good(document, root["keys"], root["roles"]["targets"]["keyids"]), 1)
        return document["signed"]

    def test_each_device_has_its_own(self):
        self.call("director", "assign", "car-1", "car-1-a", "fw-1.bin")
        self.call("director", "assign", "car-1", "car-1-b", "fw-1.bin")
        self.assertIn("2 devices get something new", self.sign())
        signed = self.targets("car-1")
        entry = signed["targets"]["fw-1.bin"]
        self.assertEqual(entry["custom"]["ecuIdentifiers"],
                         {"car-1-a": {"hardwareId": "board"}, "car-1-b": {"hardwareId": "board"}})
        self.assertEqual(entry["hashes"]["sha256"], hashlib.sha256(b"one\n").hexdigest())
        self.assertEqual(entry["custom"]["targetFormat"], "BINARY")
        empty = self.targets("car-2")
        self.assertEqual(empty["targets"], {})
        self.assertEqual(empty["custom"]["vehicleId"], "car-2")

    def test_only_what_changes_is_signed_again(self):
        self.call("director", "assign", "--all-of", "board", "fw-1.bin")
        self.assertIn("2 devices", self.sign())
        self.assertIn("0 devices", self.sign())
        self.call("director", "assign", "car-2", "car-2-a", "fw-2.bin")
        self.assertIn("1 devices", self.sign())
        self.assertEqual((self.targets("car-1")["version"], self.targets("car-2")["version"]), (1, 2))
        self.call("director", "unassign", "car-2", "car-2-a")
        self.sign()
        self.assertEqual(list(self.targets("car-2")["targets"]), ["fw-1.bin"])
        self.assertIn("car-2\tcar-2-b\tboard\tfw-1.bin", self.call("director", "ecu", "list"))
        self.assertIn("2 devices", self.call("director", "sign", "--if-expires-within", "900d"))

    def test_new_keys_are_used_everywhere(self):
        self.sign()
        self.call("key", "generate", "director-2", "--insecure", work=self.director)
        self.call("root", "replace-key", "director", "director-2", work=self.director)
        self.call("sign", work=self.director)
        self.call("tx", "apply", work=self.director)
        self.assertIn("2 devices", self.sign())

    def test_refusals(self):
        def refuse(message, *options, status=2):
            self.assertIn(message, self.call("director", *options, status=status))

        refuse("does not list it", "assign", "car-1", "car-1-a", "fw-9.bin")
        refuse("it has no ECU", "assign", "car-1", "car-9", "fw-1.bin")
        refuse("it is not known", "assign", "car-9", "car-9", "fw-1.bin")
        refuse("no device has such", "assign", "--all-of", "plane", "fw-1.bin")
        refuse("wanted DEVICE", "assign", "car-1", "fw-1.bin")
        refuse("has ECU", "ecu", "add", "car-1", "car-1-a", "board")
        refuse("wanted 1 to 64", "ecu", "add", "car-1", "x" * 65, "board")
        refuse("wanted a name", "ecu", "add", "../car", "a", "board")
        self.call("director", "ecu", "add", "car-1", "radio", "chip")
        refuse("is not for hardware chip", "assign", "car-1", "radio", "fw-1.bin")
        refuse("already", "init", status=4)
        (self.folder / "keys/director.pem").rename(self.folder / "away.pem")
        refuse("no private key", "sign")
        refuse("make 0 signatures", "sign", "--signer", self.folder / "keys/main.pem", status=3)
        other = self.folder / "other"
        self.call("init", work=other)
        self.assertIn("no Director here", self.call("director", "sign", work=other, status=2))

    def test_bundle_is_of_the_other_format(self):
        text = self.call("director", "offline-bundle", "summer", self.folder / "stick", "--target", "fw-1.bin", status=2)
        self.assertIn("ATS format", text)


class AtsDirector(Director):
    form = "ats"

    def test_bundle_is_of_the_other_format(self):
        stick = self.folder / "stick"
        self.call("director", "offline-bundle", "summer", stick, "--target", "fw-1.bin")
        metadata = stick / "metadata/director"
        root = json.loads((metadata / "1.root.json").read_text())["signed"]
        snapshot = json.loads((metadata / "offline-snapshot.json").read_text())
        updates = json.loads((metadata / "summer.json").read_text())
        for document, role in ((snapshot, "offline-snapshot"), (updates, "offline-updates")):
            self.assertEqual(count_good(document, root["keys"], root["roles"][role]["keyids"]), 1)
        entry = snapshot["signed"]["meta"]["summer.json"]
        self.assertEqual(entry["hashes"]["sha256"], hashlib.sha256(ats(updates).encode()).hexdigest())
        self.assertEqual(entry["version"], updates["signed"]["version"])
        self.assertEqual(updates["signed"]["_type"], "Offline-Updates")
        self.assertEqual(updates["signed"]["targets"]["fw-1.bin"]["custom"]["hardwareIds"], ["board"])
        self.assertEqual((stick / "images/fw-1.bin").read_text(), "one\n")
        for name in ("1.root.json", "snapshot.json", "targets.json"):
            self.assertTrue((stick / "metadata/image-repo" / name).exists())
        self.assertIn("does not list it", self.call("director", "offline-bundle", "x", stick, "--target", "y", status=2))
        self.assertIn("wanted --target", self.call("director", "offline-bundle", "x", stick, status=2))

    def test_refuses_more_than_aktualizr_reads(self):
        device = json.loads((self.director / "devices/car-1.json").read_text())
        device["ecus"].update({f"{'x' * 50}-{i}": {"hardwareId": "board", "target": "fw-1.bin"} for i in range(900)})
        (self.director / "devices/car-1.json").write_text(json.dumps(device))
        self.assertIn("aktualizr reads no more", self.call("director", "sign", status=1))


if __name__ == "__main__":
    main()
