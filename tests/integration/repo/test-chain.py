#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""From three people with a clone of the work folder each, who pass branches of git on, to devices with certificates in front of nginx."""
import json
import subprocess

from repo_test import Case
from web_test import WebCase, web_main

PEOPLE = ("alice", "bob", "carol")


class Chain(WebCase):
    form, profile = "tuf", "standard"

    def git(self, *args, work=None):
        name = ("-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "init.defaultBranch=main")
        done = subprocess.run(["git", "-C", work or self.work, *name, *map(str, args)], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def commit(self, text, work=None):
        self.git("add", "-A", work=work)
        self.git("commit", "-q", "-m", text, work=work)

    def keys(self, name):
        return self.folder / "keys-of" / name

    def setUp(self):
        super().setUp()
        self.make_certificates("car", "van")
        self.fleet = self.folder / "fleet"
        self.url = self.serve("--director", self.fleet)
        self.director = self.work / "director"
        self.call("init", "--profile", "team", "--format", self.form)
        self.call("director", "init")
        for work in (self.work, self.director):
            place = "d" if work == self.director else "i"
            for name in PEOPLE:
                self.call("key", "generate", f"{name}-{place}", "--owner", name.title(), "--insecure", "--role", "root", "--role", "targets",
                          "--keys", self.keys(name), work=work)
            online = ["--role", "snapshot", "--role", "timestamp"]
            self.call("key", "generate", f"machine-{place}", *online, "--keys", self.keys("machine"), work=work)
        self.git("init", "-q")
        self.commit("a repository")
        self.clones = {name: self.folder / "clone-of" / name for name in PEOPLE}
        for name, clone in self.clones.items():
            self.git("clone", "-q", self.work, clone, work=self.folder)

    def pass_on(self, name, *commands):
        """Somebody begins from what is merged, runs commands with their keys, and has the result merged."""
        clone = self.clones[name]
        self.git("fetch", "-q", "origin", work=clone)
        self.git("checkout", "-q", "-B", f"of-{name}", "origin/main", work=clone)
        for command in commands:
            where = clone / "director" if command[0] == "@" else clone
            self.call(*(word for word in command if word != "@"), "--keys", self.keys(name), work=where)
        self.commit(f"signed by {name}", work=clone)
        self.git("push", "-q", "--force", "origin", f"of-{name}", work=clone)
        self.git("merge", "-q", "--ff-only", f"of-{name}")

    def machine(self, *command, work=None):
        return self.call(*command, "--keys", self.keys("machine"), work=work)

    def release(self, text, *people):
        """A version of the firmware, signed by those people one after the other, and published."""
        self.call("target", "add", self.write("fw.bin", text), "--hardware-id", "board")
        self.commit("a target")
        for name in people:
            self.pass_on(name, ("sign",))
        self.machine("sign")
        self.call("publish", self.public)
        self.commit("published")
        self.call("verify", self.public, "--root", self.work / "root/1.root.json")

    def assign(self, *people):
        """What the cars are to run, signed by those people, who go around once for each file that needs them."""
        for car in ("car", "van"):
            self.call("director", "assign", car, "a" if car == "car" else "b", "fw.bin")
        self.commit("assigned")
        for name in people:
            self.pass_on(name, ("director", "sign"))
        # Snapshot and timestamp are the machine's.
        self.machine("director", "sign")
        self.call("director", "publish", self.fleet)
        self.commit("told")

    def start_director(self):
        for name in ("carol", "alice"):
            self.pass_on(name, ("@", "sign"))
        self.call("tx", "apply", work=self.director)
        for car, serial in (("car", "a"), ("van", "b")):
            self.call("director", "ecu", "add", car, serial, "board")
        self.commit("a director")

    def mirror(self, car):
        """What one device gets of its Director over TLS, where the client of the conformance suite can ask for it."""
        for path in (self.fleet / car).iterdir():
            status, data = self.curl(f"director/{path.name}", device=car)
            self.assertEqual((status, data), (200, path.read_bytes()))
            target = self.public / "mirror" / car / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        return f"{self.url}/mirror/{car}"

    def test_from_three_clones_to_a_device(self):
        # A first root is signed by two of three, in any order.
        self.release("one\n", "carol", "alice")
        (self.folder / "device").mkdir()
        self.start_director()
        self.assign("bob", "carol")
        if self.form == "tuf":
            self.device(self.url, "init", self.work / "root/1.root.json")
            self.device(self.url, "download", name="fw.bin")
        answer = self.uptane(self.url, self.mirror("car"), self.profile)
        self.assertEqual(([t["name"] for t in answer["targets"]], answer["targets"][0]["length"]), (["fw.bin"], 4))
        # Other people, another version, and a device that knows the one before.
        self.release("two, longer\n", "alice", "bob")
        self.assign("alice", "bob")
        answer = self.uptane(self.url, self.mirror("car"), self.profile)
        self.assertEqual(answer["targets"][0]["length"], 12)
        if self.form == "tuf":
            self.device(self.url, "refresh")
        self.check_doors()

    def check_doors(self):
        """Each device gets its own files, and nobody else's."""
        self.assertEqual(self.curl("director/timestamp.json" if self.form == "tuf" else "director/targets.json")[0], 403)
        name = "timestamp.json" if self.form == "tuf" else "targets.json"
        for car in ("car", "van"):
            self.assertEqual(self.curl(f"director/{name}", device=car), (200, (self.fleet / car / name).read_bytes()))
        self.assertNotEqual(self.curl(f"director/{name}", device="car")[1], self.curl(f"director/{name}", device="van")[1])
        for path in ("director/../van/timestamp.json", "director/%2e%2e/van/timestamp.json", "director/..%2fvan/timestamp.json"):
            self.assertNotEqual(self.curl(path, "--path-as-is", device="car")[0], 200)
        self.assertEqual(self.curl("report", "-d", '{"state":"good"}')[0], 403)
        self.assertEqual(self.curl("report", "-d", '{"state":"good"}', device="car")[0], 204)
        self.assertEqual([path.read_text() for path in (self.folder / "reports").iterdir()], ['{"state":"good"}'])
        self.assertNotEqual(self.curl("timestamp.json", "-X", "PUT", "-d", "x")[0], 200)

    def test_two_who_sign_at_once(self):
        """Their branches both change the log and the lists of signatures: what one has signed is taken as a bundle."""
        self.call("target", "add", self.write("fw.bin", "one\n"))
        self.commit("a target")
        for name in ("alice", "bob"):
            clone = self.clones[name]
            self.git("fetch", "-q", "origin", work=clone)
            self.git("checkout", "-q", "-B", f"of-{name}", "origin/main", work=clone)
            self.call("sign", "--keys", self.keys(name), work=clone)
            self.commit(f"signed by {name}", work=clone)
            self.git("push", "-q", "origin", f"of-{name}", work=clone)
        self.git("merge", "-q", "--ff-only", "of-alice")
        for role in ("root", "targets"):
            self.write(f"of-bob/{role}.json", self.git("show", f"of-bob:staged/{role}.json"))
        self.call("sig", "import", *(self.folder / f"of-bob/{role}.json" for role in ("root", "targets")))
        self.machine("sign")
        self.assertEqual(list(self.publish()), ["fw.bin"])


class AtsChain(Chain):
    form, profile = "ats", "ats"


if __name__ == "__main__":
    web_main()
