# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""A plugin in Python that does what the target's name says."""
import asyncio
import os
import signal
import socket
import time

from gi.repository import GLib, GObject, Pawl


class FixtureInstaller(GObject.Object, Pawl.Installer):
    def list_formats(self):
        return ["PY"]

    def set_up(self, context):
        self.context = context

    async def describe_installed(self, options, op):
        return Pawl.Target.new_from_variant(GLib.Variant("a{sv}", {"name": GLib.Variant("s", "python")}))

    async def install(self, target, payload, options, op):
        what = target.get_name()
        if what == "crash":
            os.kill(os.getpid(), signal.SIGKILL)
        elif what == "exit":
            os._exit(3)
        elif what == "close":
            socket.socket(fileno=os.dup(3)).shutdown(socket.SHUT_RDWR)
        elif what == "hang":
            time.sleep(3600)
        elif what == "wait":
            await asyncio.sleep(3600)
        elif what == "memory":
            hog = []
            while True:
                hog.append(bytearray(16 * 1024 * 1024))
        elif what == "network":
            socket.socket(socket.AF_INET)
        elif what == "write":
            path = os.path.join(self.context.get_state_dir(), "..", "outside")
            with open(path, "w") as file:
                file.write("x")
        elif what == "state":
            with open(os.path.join(self.context.get_state_dir(), "state"), "w") as file:
                file.write("x")
        elif what == "mount":
            os.chroot("/")
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
        return {"reboot-needed": False, "read": read, "pid": GLib.Variant("u", os.getpid())}
