# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""A plugin in Python that does what the target's name says, most of which it should not."""
import asyncio
import ctypes
import mmap
import os
import pathlib
import resource
import signal
import socket
import subprocess
import time

from gi.repository import GLib, GObject, Pawl


def grow(make):
    hog = []
    try:
        while True:
            hog.append(make())
    finally:
        hog.clear()


def make_shared():
    memory = mmap.mmap(-1, 64 * 1024 * 1024)
    memory[::4096] = b"x" * (64 * 256)
    return memory


def fork(sleep_s=0):
    pid = os.fork()
    if pid == 0:
        time.sleep(sleep_s)
        os._exit(0)
    return pid


def fork_bomb():
    children = []
    try:
        while True:
            children.append(fork(3600))
    finally:
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def tell_privileges():
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        if line.startswith("NoNewPrivs"):
            raise RuntimeError(line.replace(":\t", " is "))


def call_c(name, *args):
    """What Python has no function for."""
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*args) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


PIDFD_GETFD = 438

# What a test keeps outside of what the plugin was given.
OUTSIDE = os.environ.get("PAWL_TEST_OUTSIDE", "/")

DEEDS = {
    "crash": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "exit": lambda: os._exit(3),
    "abort": os.abort,
    "segfault": lambda: ctypes.string_at(0),
    "close": lambda: socket.socket(fileno=os.dup(3)).shutdown(socket.SHUT_RDWR),
    "hang": lambda: time.sleep(3600),
    "memory": lambda: grow(lambda: bytearray(16 * 1024 * 1024)),
    "shared-memory": lambda: grow(make_shared),
    "network": lambda: socket.socket(socket.AF_INET).close(),
    "network6": lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).close(),
    "unix": lambda: socket.socket(socket.AF_UNIX).close(),
    "packet": lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW).close(),
    "read": lambda: pathlib.Path(OUTSIDE).read_bytes(),
    "read-list": lambda: os.listdir("/root" if os.geteuid() == 0 else "/var"),
    "empty": lambda: os.close(os.open(OUTSIDE, os.O_RDONLY | os.O_TRUNC)),
    "device": lambda: open("/dev/tty", "rb").close(),
    "clock": lambda: time.clock_settime(time.CLOCK_REALTIME, time.time()),
    "privileges": tell_privileges,
    "signal": lambda: os.kill(os.getppid(), 0),
    "signal-by-descriptor": lambda: signal.pidfd_send_signal(os.pidfd_open(os.getppid()), 0),
    "limits-of-the-daemon": lambda: resource.prlimit(os.getppid(), resource.RLIMIT_CORE),
    "descriptors-of-the-daemon": lambda: call_c("syscall", PIDFD_GETFD, os.pidfd_open(os.getppid()), 0, 0),
    "memory-of-the-daemon": lambda: open(f"/proc/{os.getppid()}/mem", "rb").close(),
    "memory-that-stays": lambda: call_c("shmget", 0, 4096, 0o600),
    "descriptors": lambda: grow(lambda: open("/dev/null", "rb")),
    "fork": lambda: os.waitpid(fork(), 0),
    "fork-bomb": fork_bomb,
    "spawn": lambda: subprocess.run(["/bin/true"], check=True),
    "mount": lambda: os.chroot("/"),
}


class FixtureInstaller(GObject.Object, Pawl.Installer):
    def list_formats(self):
        return ["PY"]

    def set_up(self, context):
        self.folder = pathlib.Path(context.get_state_dir())
        self.place = pathlib.Path(context.get_string("place"))

    async def describe_installed(self, options, op):
        return Pawl.Target.new_from_variant(GLib.Variant("a{sv}", {"name": GLib.Variant("s", "python")}))

    async def install(self, target, payload, options, op):
        what = target.get_name()
        if what in DEEDS:
            DEEDS[what]()
        elif what == "wait":
            await asyncio.sleep(3600)
        elif what == "read-place":
            self.place.read_text()
        elif what == "write":
            upcoming = self.place.with_suffix(".new")
            upcoming.write_text("x")
            upcoming.rename(self.place)
        elif what == "state":
            (self.folder / "state").write_text("x")
        elif what == "flood":
            for done in range(20000):
                op.progress(done, 0)
        elif what == "type":
            return Pawl.Target.new_from_variant(GLib.Variant("a{sv}", {"name": GLib.Variant("s", "x")}))
        elif what == "busy":
            raise Pawl.error(Pawl.Error.BUSY, "in use")
        elif what == "giant":
            return {"reboot-needed": False, "data": bytes(80 * 1024 * 1024)}
        elif what == "twice":
            op.complete(GLib.Variant("a{sv}", {"reboot-needed": GLib.Variant("b", True)}))
        op.progress(1, 2)
        op.progress(2, 2)
        read = payload.read(0, 100).get_data() if payload else b""
        return {"reboot-needed": False, "read": read, "pid": GLib.Variant("u", os.getpid()),
                "uid": GLib.Variant("u", os.getuid())}
