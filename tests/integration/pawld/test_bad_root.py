# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""System roots that cannot be updated: full at each stage, /boot read-only or full, locked, or without a client
certificate. Each is refused in clear words, changes nothing, and is updated once that is mended.

The daemon runs in a mount namespace of its own, where the system root is a file system of a certain size.
"""

import fcntl
import os
import random
import struct

import device
import system
from nginx import Nginx
from repository import Repository

# pawlctl(1): exit status
NOT_AUTHORIZED = 5
WAITING = 8
STORAGE = 11

PAYLOAD = 20 << 20
# $0 is the folder, $1 what to mount there; the rest is the daemon.
MOUNT = """set -e; options=$1; shift
test -d "$0".kept || cp -a "$0" "$0".kept
mount -t tmpfs -o "$options" tmpfs "$0"
cp -a "$0".kept/. "$0"
exec "$@"
"""
READ_ONLY = """set -e; shift
mount --bind "$0" "$0"
mount -o remount,ro,bind "$0"
exec "$@"
"""


class Story:
    """Version 1 in a system root, version 2 at a server."""

    def __init__(self, pawl, with_server=False):
        self.pawl = pawl
        self.root = system.Root(pawl.folder / "sysroot")
        self.repository = Repository(pawl.folder / "repository")
        self.content = system.Content(self.repository.public / "ostree", pawl.folder / "trees")
        self.first = self.content.commit("1")
        self.root.provision(self.content, self.first)
        payload = pawl.folder / "trees/2/usr/share/payload"
        payload.parent.mkdir(parents=True)
        payload.write_bytes(random.Random(2).randbytes(PAYLOAD))
        self.second = self.content.commit("2")
        uri = self.content.folder.as_uri()
        if with_server:
            self.server = Nginx(pawl.folder / "nginx", self.repository.public)
            uri = f"{self.server.url}/ostree"
        self.repository.add_commit(self.content.folder, self.second, "2", uri)

    def start(self, where="", script="", options="", ostree=""):
        system.configure(self.pawl, self.repository, self.root, self.repository.public.as_uri(),
                         ostree=f"retries=0\nreserve-mib=0\nlock-timeout-s=0\n{ostree}")
        inside = ("unshare", "--mount", "sh", "-c", script, self.root.path / where, options) if script else ()
        self.pawl.start(inside)

    def inside(self, *command):
        return system.call("nsenter", f"--target={self.pawl.daemon.pid}", "--mount", "--root", *command)

    def deployed(self):
        status = self.inside("ostree", "admin", f"--sysroot={self.root.path}", "status")
        return next(line.split()[-1].partition(".")[0] for line in status.splitlines() if "product " in line)

    def refused(self, code, words):
        answer = self.pawl.ctl("update")
        assert answer.returncode == code and words in answer.stderr, (answer, self.pawl.log())
        assert self.deployed() == self.first
        assert not (self.pawl.folder / "reboot-wanted").exists()

    def updated(self):
        answer = self.pawl.ctl("update")
        assert answer.returncode == 0, (answer, self.pawl.log())
        assert self.deployed() == self.second


def kib(*folders):
    return sum(int(system.call("du", "-s", folder).split()[0]) for folder in folders)


def test_no_room_for_the_objects(pawl):
    story = Story(pawl)
    story.start(script=MOUNT, options=f"size={kib(story.root.path) + (PAYLOAD >> 11)}k")
    story.refused(STORAGE, "product-2")
    story.inside("mount", "-o", f"remount,size={256 << 10}k", story.root.path)
    story.updated()


def test_no_room_for_the_deployment(pawl):
    story = Story(pawl)
    story.start(script=MOUNT, options=f"size={kib(story.root.path) + (PAYLOAD >> 10) + (4 << 10)}k")
    story.refused(STORAGE, f"are free in {story.root.path}/ostree, ")
    story.inside("mount", "-o", f"remount,size={256 << 10}k", story.root.path)
    story.updated()


def test_no_room_in_boot(pawl):
    story = Story(pawl)
    story.start("boot", MOUNT, f"size={kib(story.root.path / 'boot') + 32}k")
    story.refused(STORAGE, f"are free in {story.root.path}/boot, ")
    story.inside("mount", "-o", f"remount,size={8 << 10}k", story.root.path / "boot")
    story.updated()


def test_boot_is_read_only(pawl):
    story = Story(pawl)
    story.start("boot", READ_ONLY)
    story.refused(STORAGE, "remount it writable")
    story.inside("mount", "-o", "remount,rw,bind", story.root.path / "boot")
    story.updated()


def test_locked_by_another(pawl):
    story = Story(pawl)
    story.start()
    with open(story.root.path / "ostree/lock", "w") as lock:
        # As libostree does it: fcntl_locking(2), on the whole file, for the open file and not for the process.
        fcntl.fcntl(lock, fcntl.F_OFD_SETLK, struct.pack("@hhqqi", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0))
        story.refused(WAITING, "lock")
    story.updated()


def test_the_server_wants_a_certificate(pawl):
    story = Story(pawl, with_server=True)
    with story.server.serve():
        story.start(ostree=f"tls-ca-path={story.server.folder}/ca.pem\n")
        story.refused(NOT_AUTHORIZED, "product-2")
        pawl.stop()
        story.start(ostree="".join(f"tls-{key}-path={story.server.folder}/{name}\n" for key, name in (
            ("ca", "ca.pem"), ("client-cert", "device.pem"), ("client-key", "device.key"))))
        story.updated()


device.run([value for name, value in list(globals().items()) if name.startswith("test_")])
