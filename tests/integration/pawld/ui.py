# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""A user interface without a screen: what it would show is printed, one line of JSON for each change. ui.js is the same in
JavaScript."""

import asyncio
import json
import os
import sys

import gi

gi.require_version("Pawl", "1")
from gi.repository import GLib, GObject, Pawl  # noqa: E402


def show(**shown):
    print(json.dumps(shown), flush=True)


def nick(state):
    return Pawl.enum_to_nick(Pawl.State.__gtype__, state)


class Label(GObject.Object):
    """What a toolkit's widget is to a program: a property to bind to."""

    @GObject.Property(type=Pawl.State, default=Pawl.State.IDLE)
    def state(self):
        return Pawl.State.IDLE

    @state.setter
    def state(self, state):
        show(state=nick(state))


async def becomes(client, name, is_wanted):
    future = asyncio.get_running_loop().create_future()

    def look(*_):
        if is_wanted(client.get_property(name)) and not future.done():
            future.set_result(None)

    handler = client.connect(f"notify::{name}", look)
    look()
    await future
    client.disconnect(handler)


async def refusal(awaitable):
    try:
        await awaitable
    except GLib.Error as error:
        assert error.matches(Pawl.error_quark(), error.code), error
        return Pawl.Error(error.code).value_name.removeprefix("PAWL_ERROR_")
    raise AssertionError("was not refused")


def show_installed(client):
    show(installed=client.get_property("installed").get_item(0).dup_installed().get_name())


async def update(client):
    label = Label()
    client.connect("happened", lambda _client, name, _fields: show(happened=name))
    client.bind_property("state", label, "state", GObject.BindingFlags.SYNC_CREATE)
    await client.update_async()
    show(available=client.get_available().dup_target("main-1").get_name())
    show_installed(client)
    await client.approve_async("reboot")
    await becomes(client, "reboot-pending", bool)
    show(**{"reboot-pending": True})


async def judge(client):
    await becomes(client, "state", lambda state: state == Pawl.State.TRIAL)
    await client.confirm_async()
    await becomes(client, "state", lambda state: state == Pawl.State.IDLE)
    show(success=client.get_last_result().get_success())
    show_installed(client)


async def refusals(client):
    show(error=await refusal(client.fetch_async()))
    show(error=await refusal(client.update_async()))
    show(state=nick(client.get_state()))


async def inhibit(client):
    fd = await client.inhibit_async("install", "ui", "the car moves")
    await becomes(client, "inhibitors", lambda inhibitors: len(inhibitors) == 1)
    show(who=client.get_inhibitors().unpack()[0]["who"])
    os.close(fd)
    await becomes(client, "inhibitors", lambda inhibitors: len(inhibitors) == 0)
    show(who=None)


async def running(client):
    for wanted in False, True, False:
        await becomes(client, "running", lambda is_running: is_running == wanted)
        show(running=client.get_running())


async def main(scene):
    await scene(await Pawl.Client.new_async())


Pawl.run(main({scene.__name__: scene for scene in (update, judge, refusals, inhibit, running)}[sys.argv[1]]))
