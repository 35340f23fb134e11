#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""PawlClient, awaited, against a stand-in for the daemon on a bus of its own."""
import os
import unittest

import gi

gi.require_version("Pawl", "1")
from gi.repository import Gio, GLib, Pawl  # noqa: E402

NAME = "org.pawl.Update1"
PATH = "/org/pawl/Update1"


class ClientTest(unittest.TestCase):
    def setUp(self):
        self.bus = Gio.TestDBus.new(Gio.TestDBusFlags.NONE)
        self.bus.up()
        self.addCleanup(self.bus.stop)
        self.server = self.connect()
        with open(os.environ["PAWL_TEST_BUS_XML"]) as file:
            node = Gio.DBusNodeInfo.new_for_xml(file.read())
        self.server.register_object(PATH, node.lookup_interface(NAME), self.on_call, self.on_get, None)

    def connect(self):
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        return Gio.DBusConnection.new_for_address_sync(self.bus.get_bus_address(), flags, None, None)

    def on_call(self, connection, sender, path, interface, method, parameters, invocation):
        self.called = method
        if method == "Fetch":
            invocation.return_dbus_error("org.pawl.Error.WrongState", "idle, wanted available")
        else:
            invocation.return_value(None)

    def on_get(self, connection, sender, path, interface, name):
        return {"State": GLib.Variant("s", "trial"), "Version": GLib.Variant("s", "7")}.get(name)

    def own_name(self):
        own = "org.freedesktop.DBus"
        done = self.server.call_sync(own, "/", own, "RequestName", GLib.Variant("(su)", (NAME, 0)), None, 0, -1, None)
        self.assertEqual(done.unpack(), (1,))

    def test_awaits_calls(self):
        async def main():
            client = await Pawl.Client.new_async(self.connect())
            self.assertTrue(await client.check_async())
            self.assertEqual(self.called, "Check")
            with self.assertRaises(GLib.Error) as caught:
                await client.fetch_async(None, None)
            self.assertTrue(caught.exception.matches(Pawl.error_quark(), Pawl.Error.WRONG_STATE), caught.exception)

        self.own_name()
        Pawl.run(main())

    def test_callbacks_still_work(self):
        results = []
        loop = GLib.MainLoop()

        def ready(source, result):
            results.append(Pawl.Client.new_finish(result))
            loop.quit()

        Pawl.Client.new_async(self.connect(), None, ready)
        loop.run()
        self.assertFalse(results[0].get_running())


if __name__ == "__main__":
    unittest.main()
