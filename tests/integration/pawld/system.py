# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""A system root in a folder, which nothing boots, and the versions of its system as commits of a repository."""

import os
import pathlib
import subprocess

import device

ENVIRONMENT = dict(os.environ, OSTREE_SYSROOT_DEBUG="mutable-deployments")


def call(*arguments, **options):
    done = subprocess.run([str(part) for part in arguments], capture_output=True, text=True, **options)
    assert done.returncode == 0, (arguments, done.stderr)
    return done.stdout.strip()


class Content:
    """An OSTree repository that a web server gives out."""

    def __init__(self, folder, trees):
        self.folder = pathlib.Path(folder)
        self.trees = pathlib.Path(trees)
        call("ostree", f"--repo={self.folder}", "init", "--mode=archive")

    def commit(self, version):
        tree = self.trees / version
        kernel = tree / "usr/lib/modules/6.1.0"
        kernel.mkdir(parents=True)
        (kernel / "vmlinuz").write_text(f"kernel {version}")
        (kernel / "initramfs.img").write_text("initramfs")
        (tree / "usr/etc").mkdir()
        (tree / "usr/lib/os-release").write_text(f"ID=product\nNAME=Product\nVERSION_ID={version}\n")
        (tree / "usr/etc/os-release").symlink_to("../usr/lib/os-release")
        return call("ostree", f"--repo={self.folder}", "commit", "--branch=product", f"--tree=dir={tree}",
                    "--owner-uid=0", "--owner-gid=0")


class Root:
    """A system root with one commit deployed."""

    def __init__(self, path):
        device.need_root()
        self.path = pathlib.Path(path)

    def provision(self, content, commit):
        self.path.mkdir()
        call("ostree", "admin", "init-fs", "--modern", self.path)
        call("ostree", "admin", f"--sysroot={self.path}", "os-init", "product")
        # How full this machine's disk is does not matter here.
        call("ostree", f"--repo={self.path}/ostree/repo", "config", "set", "core.min-free-space-percent", "0")
        call("ostree", f"--repo={self.path}/ostree/repo", "pull-local", content.folder, commit)
        call("ostree", "admin", f"--sysroot={self.path}", "deploy", "--os=product", "--karg=root=LABEL=x", commit,
             env=ENVIRONMENT)

    def copy(self, path):
        call("cp", "-a", self.path, path)
        return Root(path)

    def deployed(self):
        """The commit that is the default, and its serial."""
        status = call("ostree", "admin", f"--sysroot={self.path}", "status")
        return next(line.split()[-1] for line in status.splitlines() if "product " in line)


def configure(pawl, repository, root, url, http="retries=0\n", ostree="retries=0\n", trial=""):
    """Has @pawl update @root with what @repository's metadata names."""
    pawl.configure(
        daemon="verifier=tuf\nplugins=http;file;ostree;tuf;user\n", installer="ostree",
        rest=f"[plugin:http]\n{http}[plugin:ostree]\nsysroot={root.path}\nos=product\n{ostree}"
             f"[plugin:tuf]\nmetadata-urls={url}\nroot-file={repository.root}\n"
             f"[policy]\npoll-interval-s=0\n[trial]\n{trial}")
    pawl.env["OSTREE_SYSROOT_DEBUG"] = "mutable-deployments"
