#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""A fleet that is told what to run by static files."""
import hashlib
import json
import shutil

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
        self.director = self.found_director()
        self.fleet = self.folder / "fleet"
        for device in ("car-1", "car-2"):
            for serial in ("a", "b"):
                self.call("director", "ecu", "add", device, f"{device}-{serial}", "board")

    def sign(self):
        text = self.call("director", "sign")
        self.call("director", "publish", self.fleet)
        for device in self.fleet.glob("car-*"):
            self.call("verify", device, "--director", "--metadata-only", "--root", self.director / "root/1.root.json")
        return text

    def find_targets(self, device):
        """The file a device gets; its name has a version."""
        version = json.loads((self.fleet / device / "timestamp.json").read_text())["signed"]["version"]
        return self.fleet / device / f"{version}.targets.json"

    def targets(self, device):
        root = json.loads((self.fleet / device / "1.root.json").read_text())["signed"]
        document = json.loads(self.find_targets(device).read_text())
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

    def test_a_stolen_key_of_the_director(self):
        self.call("director", "assign", "--all-of", "board", "fw-1.bin")
        self.sign()
        backup = self.folder / "backup"
        shutil.copytree(self.work, backup)
        # The thief tells one device something else, and adds one that nobody knows.
        self.call("director", "assign", "car-1", "car-1-a", "fw-2.bin")
        self.call("director", "ecu", "add", "car-3", "car-3-a", "board")
        self.call("director", "assign", "car-3", "car-3-a", "fw-2.bin")
        self.sign()
        recover = lambda *args, status=0: self.call("recover", "director", *args, status=status)
        self.assertIn("no key has that name", recover("nobody", status=2))
        self.assertIn("has role targets already", recover("director", status=2))
        self.call("key", "generate", "fresh", "--insecure", work=self.director)
        text = recover("fresh", "--baseline", backup, "--above", "1000")
        self.assertRegex(text, r"~ car-1\n~ car-3\n2 devices were")
        self.assertIn("may sign: director", text)
        self.call("sign", work=self.director)
        self.call("tx", "apply", work=self.director)
        (self.folder / "keys/director.pem").unlink()
        self.assertIn("3 devices", self.sign())
        root = json.loads((self.fleet / "car-1/2.root.json").read_text())["signed"]
        document = json.loads(self.find_targets("car-1").read_text())
        self.assertEqual(count_good(document, root["keys"], root["roles"]["targets"]["keyids"]), 1)
        self.assertEqual(document["signed"]["version"], 1001)
        self.assertEqual(list(document["signed"]["targets"]), ["fw-1.bin"])
        self.assertEqual(json.loads(self.find_targets("car-3").read_text())["signed"]["targets"], {})

    def test_a_signed_file_that_was_damaged(self):
        self.call("director", "assign", "--all-of", "board", "fw-1.bin")
        self.call("director", "sign")
        path = self.director / "signed/car-1/targets.json"
        document = json.loads(path.read_text())
        entry = document["signatures"][0]
        entry["sig"] = entry["sig"][4:8] + entry["sig"][4:]
        path.write_text(json.dumps(document, separators=(",", ":"), sort_keys=True))
        text = self.call("director", "publish", self.fleet, status=3)
        self.assertIn("device car-1: it would refuse", text)
        self.assertIn("--if-expires-within", text)
        self.assertFalse((self.fleet / "car-1").exists())
        self.call("director", "sign", "--if-expires-within", "36500d")
        self.sign()
        self.assertEqual(list(self.targets("car-1")["targets"]), ["fw-1.bin"])

    def test_a_signed_file_that_cannot_be_read(self):
        """Its version is not known, and a lower one would be refused by the device."""
        self.sign()
        path = self.director / "signed/car-1/targets.json"
        path.write_text("torn")
        for command in (("director", "sign"), ("director", "publish", self.fleet)):
            text = self.call(*command, status=1)
            self.assertIn("signed/car-1/targets.json: it is damaged", text)
            self.assertIn("restore it from git", text)

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
        refuse("these keys make none", "sign", "--signer", self.folder / "keys/main.pem", status=3)
        other = self.folder / "other"
        self.call("init", work=other)
        self.assertIn("no Director here", self.call("director", "sign", work=other, status=2))

    def share_with_a_colleague(self):
        """Two of two sign for devices; the second one in a clone that has a key of its own."""
        self.call("key", "generate", "second", "--insecure", work=self.director)
        roles = ("targets", "snapshot", "timestamp") if self.form == "tuf" else ("targets",)
        self.call("root", "add-key", "second", *(f"--role={role}" for role in roles), work=self.director)
        for role in roles:
            self.call("root", "set-threshold", role, "2", work=self.director)
        self.call("sign", work=self.director)
        self.call("tx", "apply", work=self.director)
        self.call("director", "assign", "--all-of", "board", "fw-1.bin")
        clone = self.folder / "clone"
        shutil.copytree(self.work, clone)
        return clone

    def hand_over(self, giver, taker):
        """What waits at one holder's, to another by a file."""
        bundle = self.folder / "waiting.json"
        self.call("director", "sig", "export", bundle, work=giver)
        self.call("director", "sig", "import", bundle, work=taker)

    def test_several_holders_sign_for_devices(self):
        clone = self.share_with_a_colleague()
        mine = ("director", "sign", "--signer", self.folder / "keys/director.pem")
        theirs = ("director", "sign", "--signer", self.folder / "keys/second.pem")
        self.assertIn("2 devices wait for other holders", self.call(*mine))
        self.hand_over(self.work, clone)
        # In the TUF format, each file waits for the one before it.
        for _ in range(4):
            if "wait for other" not in self.call(*theirs, work=clone):
                break
            self.hand_over(clone, self.work)
            if "wait for other" not in self.call(*mine):
                break
            self.hand_over(self.work, clone)
        else:
            self.fail("the two never come to an end")
        done = clone if (clone / "director/signed/car-1/targets.json").exists() else self.work
        self.call("director", "publish", self.fleet, work=done)
        for device in self.fleet.glob("car-*"):
            self.call("verify", device, "--director", "--metadata-only", "--root", self.director / "root/1.root.json")
        root = json.loads((self.fleet / "car-1/2.root.json").read_text())["signed"]
        document = json.loads(self.find_targets("car-1").read_text())
        self.assertEqual(count_good(document, root["keys"], root["roles"]["targets"]["keyids"]), 2)
        self.assertEqual(list(document["signed"]["targets"]), ["fw-1.bin"])

    def test_a_colleague_cannot_assign(self):
        clone = self.share_with_a_colleague()
        self.call("director", "assign", "car-1", "car-1-a", "fw-2.bin", work=clone)
        self.call("director", "sign", "--signer", self.folder / "keys/second.pem", work=clone)
        bundle = self.folder / "waiting.json"
        self.call("director", "sig", "export", bundle, work=clone)
        self.assertIn("not what it is assigned here", self.call("director", "sig", "import", bundle, status=4))
        self.assertFalse((self.director / "pending").exists())
        self.assertIn("no device waits", self.call("director", "sig", "export", bundle, status=3))

    def test_a_publication_that_a_device_would_refuse_is_refused(self):
        self.sign()
        path = self.director / "signed/car-1/targets.json"
        path.write_text(path.read_text().replace("car-1", "car-9"))
        for name in list(self.fleet.glob("car-*/*.json")):
            name.unlink()
        text = self.call("director", "publish", self.fleet, status=3)
        self.assertIn("device car-1: it would refuse its files", text)

    def test_bundle_is_of_the_format(self):
        self.call("director", "assign", "--all-of", "board", "fw-1.bin")
        self.call("director", "sign")
        stick = self.folder / "stick"
        self.call("director", "offline-bundle", "summer", stick, "--target", "fw-1.bin")
        names = sorted(path.name.partition(".")[2] for path in (stick / "repo/targets").iterdir())
        self.assertEqual(names, ["fw-1.bin"])
        self.call("verify", stick / "director/car-1", "--director", "--metadata-only",
                  "--root", self.director / "root/1.root.json")
        self.call("verify", stick / "repo", "--metadata-only", "--root", self.work / "root/1.root.json")
        self.assertIn("does not list it", self.call("director", "offline-bundle", "x", stick, "--target", "y", status=2))


class AtsDirector(Director):
    form = "ats"

    def find_targets(self, device):
        return self.fleet / device / "targets.json"

    def test_bundle_is_of_the_format(self):
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
