#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""One person, one key: from an empty folder to what a device accepts."""
import json
import os
import re
import shutil
import subprocess
import urllib.parse

from repo_test import Case, Tree, main


class Simple(Case):
    def add(self, name, text, *options):
        self.call("target", "add", self.write(name, text), *options)

    def test_from_nothing_to_a_target(self):
        for form in ("tuf", "ats"):
            with self.subTest(form):
                self.setUp()
                self.start("--profile", "simple", "--format", form)
                self.add("fw.bin", "one\n", "--name", "fw/Zürich-1.bin", "--version", "1", "--hardware-id", "board",
                         "--custom", '{"note": "Zürich \\n 😀"}')
                self.call("sign")
                found = self.publish()
                custom = found["fw/Zürich-1.bin"]["custom"]
                self.assertEqual(custom["hardwareIds"], ["board"])
                self.assertEqual(custom["version"], "1")
                self.assertEqual(custom["note"], "Zürich \n 😀")
                self.add("fw.bin", "two\n", "--name", "fw/2.bin")
                self.call("sign")
                self.assertEqual(len(self.publish()), 2)
                self.call("target", "remove", "fw/2.bin")
                self.call("sign")
                self.assertEqual(list(self.publish()), ["fw/Zürich-1.bin"])

    def test_every_kind_of_key(self):
        for form, kinds in (("tuf", ("ed25519", "p256", "p384", "rsa2048")), ("ats", ("ed25519", "p256", "rsa2048"))):
            for kind in kinds:
                with self.subTest(form=form, kind=kind):
                    self.setUp()
                    self.call("init", "--format", form)
                    self.call("key", "generate", "--insecure", "--type", kind)
                    self.call("sign")
                    self.assertEqual(self.publish(), {})

    def test_publishing_twice_changes_nothing(self):
        self.start()
        self.add("fw.bin", "one\n")
        self.call("sign")
        self.publish()
        before = {p: p.stat().st_mtime_ns for p in self.public.rglob("*")}
        self.assertIn("0 metadata files and 0 targets are new", self.call("publish", self.public))
        self.assertEqual(before, {p: p.stat().st_mtime_ns for p in self.public.rglob("*")})

    def test_no_secret_in_the_work_folder(self):
        self.start()
        for path in self.work.rglob("*"):
            if path.is_file():
                self.assertNotIn("PRIVATE KEY", path.read_text())

    def test_refuses_a_secret_in_the_work_folder(self):
        self.call("init")
        text = self.call("key", "generate", "--insecure", "--keys", self.work / "keys", status=2)
        self.assertIn("no secret may be in the work folder", text)

    def test_refuses_a_root_key_without_passphrase(self):
        self.call("init")
        self.assertIn("not written unencrypted", self.call("key", "generate", status=2))
        self.assertIn("fewer than 8", self.call("key", "generate", status=2, PAWL_REPO_PASSPHRASE="short"))
        self.assertFalse((self.folder / "keys").exists())

    def test_passphrases(self):
        self.call("init")
        self.call("key", "generate", PAWL_REPO_PASSPHRASE="correct horse")
        private = (self.folder / "keys/main.pem").read_text()
        self.assertIn("ENCRYPTED PRIVATE KEY", private)
        before = sorted((p, p.read_bytes()) for p in self.work.rglob("*") if p.is_file())
        self.assertIn("wrong passphrase", self.call("sign", status=1, PAWL_REPO_PASSPHRASE="battery staple"))
        self.assertEqual(before, sorted((p, p.read_bytes()) for p in self.work.rglob("*") if p.is_file()))
        secret = self.write("secret", "correct horse\n")
        self.call("sign", "--passphrase-file", secret)
        self.publish()

    def test_refuses_two_changes_at_once(self):
        self.start()
        self.call("sign")
        self.publish()
        self.add("fw.bin", "one\n")
        self.call("sign", "--role", "targets")
        self.call("key", "generate", "other", "--insecure")
        text = self.call("target", "add", self.write("b.bin", "b"), status=4)
        self.assertIn("carries 1 signatures", text)

    def test_refuses_an_old_work_folder(self):
        self.start()
        self.call("sign")
        self.publish()
        timestamp = json.loads((self.public / "timestamp.json").read_text())
        timestamp["signed"]["version"] = 9
        (self.public / "timestamp.json").write_text(json.dumps(timestamp))
        self.assertIn("get the newest work folder", self.call("publish", self.public, status=4))

    def test_refuses_changed_content(self):
        self.start()
        self.add("fw.bin", "one\n")
        self.call("sign")
        content = next((self.work / "content").iterdir())
        content.write_text("two\n")
        self.assertIn("it was changed", self.call("publish", self.public, status=1))
        self.assertFalse((self.public / "timestamp.json").exists())

    def test_notices_what_is_wrong(self):
        self.start()
        self.add("fw.bin", "one\n")
        self.call("sign")
        self.publish()
        root = self.work / "root/1.root.json"
        path = next((self.public / "targets").iterdir())
        path.write_text("two\n")
        self.assertIn("wanted", self.call("verify", self.public, "--root", root, status=1))
        path.unlink()
        self.assertIn("fw.bin", self.call("verify", self.public, "--root", root, status=1))
        self.call("verify", self.public, "--root", root, "--metadata-only")
        (self.public / "1.snapshot.json").unlink()
        self.assertIn("snapshot", self.call("verify", self.public, "--root", root, status=1))
        self.assertIn("--root", self.call("verify", self.public, status=2))

    def test_a_yanked_target_is_gone(self):
        self.start()
        self.add("fw.bin", "one\n")
        self.call("sign")
        self.publish()
        self.call("target", "yank", "fw.bin", "--reason", "bricks the board")
        self.call("sign")
        self.assertEqual(self.publish(), {})
        self.assertEqual(list((self.work / "content").iterdir()), [])
        self.assertIn("bricks the board", (self.work / "audit.log").read_text())

    def test_a_rollout_in_phases(self):
        self.start()
        self.add("fw.bin", "one\n", "--hardware-id", "board", "--version", "1", "--percentage", "10", "--window", "22:00-05:30",
                 "--channel", "beta", "--allow-downgrade")
        self.call("sign")
        custom = self.publish()["fw.bin"]["custom"]
        self.assertEqual(custom["rollout"], {"percentage": 10, "window": "22:00-05:30"})
        self.assertEqual((custom["channels"], custom["allowDowngrade"]), (["beta"], True))
        self.call("target", "rollout", "fw.bin", "--percentage", "50", "--deadline", "2030-01-31T06:00:00Z")
        self.call("sign")
        rollout = self.publish()["fw.bin"]["custom"]["rollout"]
        self.assertEqual(rollout, {"percentage": 50, "window": "22:00-05:30", "deadline": "2030-01-31T06:00:00Z"})
        self.call("target", "rollout", "fw.bin", "--none")
        self.call("sign")
        self.assertNotIn("rollout", self.publish()["fw.bin"]["custom"])

    def test_refuses_a_rollout_that_no_device_can_read(self):
        self.start()
        self.add("fw.bin", "one\n")
        for option, text in (("percentage", "101"), ("percentage", "-2"), ("not-before", "tomorrow"), ("deadline", "2030-01-31"),
                             ("window", "22-05"), ("window", "24:00-05:00"), ("window", "22:00-05:60")):
            self.assertIn("wanted", self.call("target", "rollout", "fw.bin", f"--{option}={text}", status=2))
        self.assertIn("wanted a policy", self.call("target", "rollout", "fw.bin", status=2))
        self.assertIn("does not list it", self.call("target", "rollout", "x", "--none", status=2))

    def test_says_what_no_device_would_take(self):
        self.start()
        self.assertIn("no --hardware-id", self.call("target", "add", self.write("a", "a")))
        self.assertIn("no --version", self.call("target", "add", self.write("a", "a"), "--hardware-id", "board"))

    def test_a_commit(self):
        self.start()
        repository, tree = self.folder / "ostree", self.write("tree/hello", "hello").parent
        run = lambda *args: subprocess.run(["ostree", f"--repo={repository}", *args], check=True, capture_output=True, text=True)
        run("init", "--mode=archive")
        commit = run("commit", "--branch=os", f"--tree=dir={tree}").stdout.strip()
        self.call("target", "add", "--ostree", repository, "os", "--karg-add", "panic=5", "--karg-remove", "quiet")
        self.call("sign")
        (name, target), = self.publish().items()
        self.assertEqual(name, f"os-{commit[:12]}")
        self.assertEqual((target["length"], target["hashes"]), (0, {"sha256": commit}))
        self.assertEqual(target["custom"]["targetFormat"], "OSTREE")
        self.assertEqual(target["custom"]["kargs"], {"add": ["panic=5"], "remove": ["quiet"]})
        self.assertIn("ostree rev-parse", self.call("target", "add", "--ostree", repository, "nothing", status=1))

    def test_commits_are_pushed(self):
        source, public, tree = self.folder / "ostree", self.folder / "www", self.folder / "tree"
        ostree = lambda repo, *args: subprocess.run(["ostree", f"--repo={repo}", *args], check=True, capture_output=True,
                                                    text=True).stdout.strip()
        ostree(source, "init", "--mode=archive")
        for text in ("one", "two"):
            self.write("tree/hello", text)
            commit = ostree(source, "commit", "--branch=os", f"--tree=dir={tree}")
            self.assertIn(commit, self.call("ostree", "push", "--from", source, public, "os", "--deltas"))
            self.assertEqual(ostree(public, "rev-parse", "os"), commit)
        self.assertEqual(len(ostree(public, "static-delta", "list").split()), 1)
        ostree(public, "fsck")
        self.assertTrue((public / "summary").exists())
        self.assertIn("wanted --from", self.call("ostree", "push", public, "os", status=2))
        self.call("ostree", "push", "--from", source, public, "nothing", status=1)

    def test_commits_are_pushed_to_a_host(self):
        source, public, tree = self.folder / "ostree", self.folder / "a host's/www", self.folder / "tree"
        ostree = lambda repo, *args: subprocess.run(["ostree", f"--repo={repo}", *args], check=True, capture_output=True,
                                                    text=True).stdout.strip()
        # Like ssh, it gives the last word to a shell elsewhere; here that is another folder.
        log, program = self.folder / "ssh.log", self.write("bin/ssh", f"""#!/bin/sh
echo "$@" | head -n 1 >>{self.folder}/ssh.log
for last; do :; done
cd / && exec sh -c "$last"
""")
        program.chmod(0o755)
        push = lambda *args, status=0: self.call("ostree", "push", "--from", source, *args, status=status,
                                                 PATH=f"{program.parent}:{os.environ['PATH']}")
        url = "ssh://me@host:2222" + urllib.parse.quote(str(public))
        ostree(source, "init", "--mode=archive")
        sizes = []
        for text in ("one", "two"):
            self.write("tree/hello", text)
            self.write("tree/same", "the same in both")
            commit = ostree(source, "commit", "--branch=os", f"--tree=dir={tree}")
            text = push(url, "os", "--deltas")
            self.assertIn(f"os is {commit}", text)
            sizes.append(int(re.search(r"(\d+) objects", text)[1]))
            self.assertEqual(ostree(public, "rev-parse", "os"), commit)
        # commit, tree, dirmeta and two files; then only what is new.
        self.assertEqual(sizes, [5, 3])
        self.assertIn("0 objects", push(url, "os"))
        self.assertEqual(len(ostree(public, "static-delta", "list").split()), 1)
        ostree(public, "fsck")
        self.assertTrue((public / "summary").exists())
        self.assertEqual(list((public / "tmp").glob("pawl-push*")), [])
        self.assertIn("-p 2222 -- me@host", log.read_text())
        self.assertIn("wanted ssh://", push("ssh:///srv/www", "os", status=2))
        self.assertIn("wanted ssh://", push("ssh://-oProxyCommand=x/srv", "os", status=2))
        push(url, "nothing", status=1)
        program.write_text("#!/bin/sh\necho no route >&2\nexit 255\n")
        self.assertIn("no route", push(url, "os", status=1))

    def test_what_is_staged_is_compared(self):
        self.start()
        for name in ("a.bin", "b.bin"):
            self.call("target", "add", self.write("file", name), "--name", name)
        self.call("sign")
        self.publish()
        self.assertEqual(self.call("target", "diff"), "")
        backup = self.folder / "backup"
        shutil.copytree(self.work, backup)
        self.call("target", "remove", "a.bin")
        self.call("target", "add", self.write("file", "other"), "--name", "b.bin")
        self.call("target", "add", self.write("file", "c"), "--name", "c.bin")
        text = self.call("target", "diff")
        self.assertRegex(text, r"(?s)^targets:\n  - target a.bin\n  ~ target b.bin .*was .*\n  \+ target c.bin ")
        self.assertEqual(self.call("target", "diff", "--baseline", backup), text)
        self.call("sign")
        self.publish()
        self.assertEqual(self.call("target", "diff"), "")
        self.assertEqual(self.call("target", "diff", "--baseline", backup), text)
        self.assertIn("no repository here", self.call("target", "diff", "--baseline", self.folder / "nowhere", status=2))

    def test_drill(self):
        self.assertIn("no repository here", self.call("drill", status=2))
        self.call("init", "--profile", "team", "--format", "ats")
        self.assertIn("there is no signed root yet", self.call("drill", status=3))
        for name in ("alice", "bob", "carol"):
            self.call("key", "generate", name, "--insecure", "--role", "root", "--role", "targets")
        self.call("key", "generate", "machine", "--role", "snapshot", "--role", "timestamp")
        self.call("sign")
        self.publish()
        before = sorted((p, p.read_bytes()) for p in self.work.rglob("*") if p.is_file())
        text = self.call("drill")
        self.assertIn("root needs 2 of 3 holders", text)
        self.assertEqual(text.count(" good after "), 6)
        self.assertEqual(before, sorted((p, p.read_bytes()) for p in self.work.rglob("*") if p.is_file()))

    def test_drill_with_a_director(self):
        for form in ("tuf", "ats"):
            with self.subTest(form):
                self.work = self.folder / form
                director = self.work / "director"
                self.environment["PAWL_REPO_KEYS"] = str(self.folder / f"keys-{form}")
                self.start("--format", form)
                self.call("sign")
                self.call("tx", "apply")
                self.call("director", "init")
                self.assertIn("the Director has no signed root yet", self.call("drill", status=3))
                for name in ("one", "two"):
                    self.call("key", "generate", f"director-{name}", "--insecure", "--role", "root", "--role", "targets",
                              "--role", "snapshot", "--role", "timestamp", work=director)
                self.call("root", "set-threshold", "targets", "2", work=director)
                self.call("sign", work=director)
                self.call("tx", "apply", work=director)
                text = self.call("drill")
                self.assertEqual(text.count(" good after "), 7, text)
                self.assertIn("keys that sign for devices are stolen", text)

    def test_usage(self):
        self.assertIn("wanted a command", self.call(status=2))
        self.assertIn("there is no command", self.call("frobnicate", status=2))
        self.assertIn("there is no repository here", self.call("sign", status=2))
        self.assertIn("Usage", self.call("--help"))
        self.assertIn("--profile", self.call("init", "--help"))
        self.assertIn("wanted simple", self.call("init", "--profile", "lax", status=2))
        self.assertIn("wanted tuf or ats", self.call("init", "--format", "xml", status=2))
        self.call("init")
        self.assertIn("already", self.call("init", status=4))


if __name__ == "__main__":
    main()
