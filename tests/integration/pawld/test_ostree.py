# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""Whole systems: commits of a real OSTree repository, signed by pawl-repo, go over HTTP into a real system root."""

import os
import pathlib
import subprocess

import device
from repository import Repository


def call(*arguments, **options):
    done = subprocess.run([str(part) for part in arguments], capture_output=True, text=True, **options)
    assert done.returncode == 0, (arguments, done.stderr)
    return done.stdout.strip()


class System:
    """A system root with version 1 deployed, and a repository that the web server gives out."""

    def __init__(self, pawl):
        device.need_root()
        self.root = pawl.folder / "sysroot"
        self.repository = Repository(pawl.folder / "repository")
        self.content = self.repository.public / "ostree"
        self.trees = pawl.folder / "trees"
        call("ostree", f"--repo={self.content}", "init", "--mode=archive")
        self.root.mkdir()
        call("ostree", "admin", "init-fs", "--modern", self.root)
        call("ostree", "admin", f"--sysroot={self.root}", "os-init", "product")
        first = self.commit("1")
        call("ostree", f"--repo={self.root}/ostree/repo", "pull-local", self.content, first)
        call("ostree", "admin", f"--sysroot={self.root}", "deploy", "--os=product", "--karg=root=LABEL=x", first,
             env=dict(os.environ, OSTREE_SYSROOT_DEBUG="mutable-deployments"))

    def commit(self, version):
        tree = self.trees / version
        kernel = tree / "usr/lib/modules/6.1.0"
        kernel.mkdir(parents=True)
        (kernel / "vmlinuz").write_text(f"kernel {version}")
        (kernel / "initramfs.img").write_text("initramfs")
        (tree / "usr/etc").mkdir()
        (tree / "usr/lib/os-release").write_text(f"ID=product\nNAME=Product\nVERSION_ID={version}\n")
        (tree / "usr/etc/os-release").symlink_to("../usr/lib/os-release")
        return call("ostree", f"--repo={self.content}", "commit", "--branch=product", f"--tree=dir={tree}",
                    "--owner-uid=0", "--owner-gid=0")

    def publish(self, version, url):
        commit = self.commit(version)
        self.repository.call("target", "add", f"--ostree={self.content}", commit, f"--name=product-{version}",
                             f"--version={version}", "--hardware-id=board", f"--uri={url}/ostree")
        self.repository.publish()
        return commit

    def deployed(self):
        """The commit that is the default, and its serial."""
        status = call("ostree", "admin", f"--sysroot={self.root}", "status")
        return next(line.split()[-1] for line in status.splitlines() if "product " in line)


def configure(pawl, system, url, trial=""):
    pawl.configure(
        daemon="verifier=tuf\nplugins=http;file;ostree;exec;tuf;user\n",
        rest=f"[plugin:http]\nretries=0\n[plugin:ostree]\nsysroot={system.root}\nos=product\nretries=0\n"
             f"[plugin:tuf]\nmetadata-urls={url}\nroot-file={system.repository.root}\n"
             f"[policy]\npoll-interval-s=0\n[trial]\n{trial}")
    text = pawl.read("pawld.conf").replace(f"installer=exec\n", "installer=ostree\n").replace(
        f"command={pawl.folder}/command\n", "")
    pawl.write("pawld.conf", text)
    pawl.env["OSTREE_SYSROOT_DEBUG"] = "mutable-deployments"


def reboot(pawl):
    pawl.wait_for((pawl.folder / "reboot-wanted").exists)
    pawl.stop()
    pawl.boot()
    pawl.start()


def test_a_commit_goes_the_whole_way(pawl):
    system = System(pawl)
    with system.repository.serve() as url:
        commit = system.publish("2", url)
        configure(pawl, system, url)
        pawl.start()
        answer = pawl.ctl("update")
        assert answer.returncode == 0, answer
        reboot(pawl)
        pawl.wait_for(lambda: pawl.state() == "idle")
    assert system.deployed().startswith(commit), (commit, system.deployed())
    assert pawl.json("history")["reports"][0]["success"] is True
    entries = "".join(path.read_text() for path in pathlib.Path(system.root, "boot/loader/entries").iterdir())
    assert entries.count("root=LABEL=x") == 2, "the kernel arguments are carried over"


def test_a_rejected_commit_goes_back(pawl):
    system = System(pawl)
    with system.repository.serve() as url:
        first = system.deployed()
        system.publish("2", url)
        configure(pawl, system, url, "required=user\n")
        pawl.start()
        assert pawl.ctl("update").returncode == 0
        reboot(pawl)
        pawl.wait_for(lambda: pawl.state() == "trial")
        assert pawl.ctl("reject").returncode == 0
        if pawl.state() != "idle":
            reboot(pawl)
        pawl.wait_for(lambda: pawl.state() == "idle")
    assert system.deployed() == first
    assert pawl.json("history")["reports"][0]["success"] is False


def test_a_tampered_object_is_refused(pawl):
    system = System(pawl)
    with system.repository.serve() as url:
        first = system.deployed()
        system.publish("2", url)
        for path in (system.content / "objects").glob("*/*.filez"):
            data = bytearray(path.read_bytes())
            data[-1] ^= 1
            path.unlink()
            path.write_bytes(bytes(data))
        configure(pawl, system, url)
        pawl.start()
        assert pawl.ctl("update").returncode != 0
    assert system.deployed() == first and not (pawl.folder / "reboot-wanted").exists()


device.run([value for name, value in list(globals().items()) if name.startswith("test_")])
