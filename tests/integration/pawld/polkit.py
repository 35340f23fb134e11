# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""A stand-in for polkit: it allows the actions that the file ANSWERS names, a line each, and writes each question as a line of
JSON: the action, and whether a person may be asked.

  polkit.py ADDRESS ANSWERS
"""

import json
import pathlib
import sys

from gi.repository import Gio, GLib

NAME = "org.freedesktop.PolicyKit1"
XML = """<node><interface name='org.freedesktop.PolicyKit1.Authority'><method name='CheckAuthorization'>
<arg type='(sa{sv})' direction='in'/><arg type='s' direction='in'/><arg type='a{ss}' direction='in'/>
<arg type='u' direction='in'/><arg type='s' direction='in'/><arg type='(bba{ss})' direction='out'/>
</method></interface></node>"""


def on_call(connection, sender, path, interface, method, parameters, invocation):
    (kind, subject), action, _details, flags, _cancellation = parameters.unpack()
    assert kind == "system-bus-name" and subject["name"].startswith(":")
    print(json.dumps([action, bool(flags & 1)]), flush=True)
    allowed = action in pathlib.Path(sys.argv[2]).read_text().split()
    invocation.return_value(GLib.Variant("((bba{ss}))", ((allowed, False, {}),)))


connection = Gio.DBusConnection.new_for_address_sync(
    sys.argv[1],
    Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
connection.register_object(
    f"/{NAME.replace('.', '/')}/Authority", Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0], on_call, None, None)
Gio.bus_own_name_on_connection(connection, NAME, Gio.BusNameOwnerFlags.NONE, None, None)
GLib.MainLoop().run()
