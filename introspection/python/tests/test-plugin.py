#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""All five interfaces implemented with `async def`, and called through the C wrappers."""
import asyncio
import unittest

import gi

gi.require_version("Pawl", "1")
from gi.repository import Gio, GLib, GObject, Pawl  # noqa: E402


def target(name="hello.bin"):
    return Pawl.Target.new_from_variant(GLib.Variant("a{sv}", {"name": GLib.Variant("s", name)}))


def update():
    return Pawl.Update.new_from_variant(GLib.Variant("a{sv}", {"id": GLib.Variant("s", "u1")}))


class Transport(GObject.Object, Pawl.Transport):
    def list_schemes(self):
        return ["py"]

    async def fetch(self, uris, max_size, options, op):
        await asyncio.sleep(0)
        return {"data": uris[0].encode(), "uri": uris[0]}

    async def fetch_payload(self, target, uris, destination, options, op):
        destination.append(GLib.Bytes.new(b"abc"))
        op.progress(1, 3)
        await asyncio.sleep(0)
        op.progress(3, 3)
        return {"bytes-transferred": GLib.Variant("t", 3)}


class Verifier(GObject.Object, Pawl.Verifier):
    async def check(self, options, op):
        return update()

    async def verify(self, target, payload, options, op):
        return {"verified": target.get_name() == "good", "target": target.get_name()}


class Installer(GObject.Object, Pawl.Installer):
    cancelled = False

    async def describe_installed(self, options, op):
        return target("installed")

    async def install(self, target, payload, options, op):
        read = await asyncio.to_thread(payload.read, 0, 100)
        if read.get_data() == b"wait":
            try:
                await asyncio.Event().wait()
            finally:
                self.cancelled = True
        return {"reboot-needed": True}

    async def activate(self, target, options, op):
        raise Pawl.error(Pawl.Error.BUSY, "in use")

    async def revert(self, target, options, op):
        raise ValueError("py boom")

    def commit(self, target, options, op):
        raise KeyError("sync boom")

    async def clean_up(self, options, op):
        return {"freed-bytes": 7}


class BootControl(GObject.Object, Pawl.BootControl):
    async def get_status(self, options, op):
        return {"status": "trial", "tries-left": GLib.Variant("u", 2)}

    def mark_good(self, options, op):
        return None


class Confirmer(GObject.Object, Pawl.Confirmer):
    async def check(self, options, op):
        return {"verdict": "pass", "reason": "fine", "details": {"why": "because"}}


class PluginTest(unittest.TestCase):
    def check_error(self, coroutine, domain, code, text):
        with self.assertRaises(GLib.Error) as caught:
            Pawl.run(coroutine)
        self.assertTrue(caught.exception.matches(GLib.quark_from_string(domain), code), caught.exception)
        self.assertIn(text, caught.exception.message)

    async def install(self, installer, content):
        payload = Pawl.Payload.new_for_bytes(GLib.Bytes.new(content))
        return await installer.install_async(target(), payload, None, 0, None)

    def test_transport(self):
        transport = Transport()
        self.assertEqual(Pawl.Transport.list_schemes(transport), ["py"])

        async def main():
            data, info = await transport.fetch_async(["py:/a"], 100, None, 0)
            self.assertEqual(data.get_data(), b"py:/a")
            self.assertEqual(info["uri"], "py:/a")

        Pawl.run(main())

    def test_progress_comes_in_order_before_the_answer(self):
        seen = []
        monitor = Pawl.Monitor.new()
        monitor.connect("progress", lambda _, done, total: seen.append((done, total)))

        async def main():
            fd = Gio.File.new_tmp()[0].get_path()
            payload = Pawl.Payload.new_for_path(fd, True)
            answer = await Transport().fetch_payload_async(target(), ["py:/a"], payload, None, 0, monitor)
            self.assertEqual(answer["bytes-transferred"], 3)
            self.assertEqual(seen, [(1, 3), (3, 3)])

        Pawl.run(main())

    def test_verifier(self):
        async def main():
            self.assertEqual((await Verifier().check_async(None, 0, None)).get_id(), "u1")
            self.assertTrue(await Verifier().verify_async(target("good"), None, None, 0, None))

        Pawl.run(main())
        self.check_error(
            Verifier().verify_async(target("bad"), None, None, 0, None), "pawl-error-quark", Pawl.Error.NOT_TRUSTED, ""
        )

    def test_installer(self):
        answer = Pawl.run(self.install(Installer(), b"abc"))
        self.assertTrue(answer["reboot-needed"])

    def test_cancel_reaches_the_coroutine(self):
        installer = Installer()

        async def main():
            task = asyncio.create_task(self.install(installer, b"wait"))
            await asyncio.sleep(0.02)
            task.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await task
            while not installer.cancelled:
                await asyncio.sleep(0.01)

        Pawl.run(main())

    def test_a_cancel_may_come_before_the_first_line(self):
        async def main():
            cancellable = Gio.Cancellable()
            future = Installer().describe_installed_async(None, 0, cancellable)
            cancellable.cancel()
            with self.assertRaises(GLib.Error) as caught:
                await future
            self.assertTrue(caught.exception.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED))

        Pawl.run(main())

    def test_errors_keep_domain_and_code(self):
        self.check_error(Installer().activate_async(target(), None, 0), "pawl-error-quark", Pawl.Error.BUSY, "in use")

    def test_exceptions_are_the_plugins_mistake(self):
        wanted = "pawl-error-quark", Pawl.Error.PLUGIN
        self.check_error(Installer().revert_async(target(), None, 0), *wanted, "ValueError: py boom")
        self.check_error(Installer().commit_async(target(), None, 0), *wanted, "KeyError: 'sync boom'")
        self.check_error(Installer().clean_up_async(None, 0), *wanted, "freed-bytes: 7 could be several types")

    def test_what_is_not_implemented(self):
        self.check_error(BootControl().arm_async(3, None, 0), "pawl-error-quark", Pawl.Error.NOT_SUPPORTED, "arm")

    def test_boot_control(self):
        async def main():
            status, details = await BootControl().get_status_async(None, 0)
            self.assertEqual(status, Pawl.BootStatus.TRIAL)
            self.assertEqual(details["tries-left"], 2)
            await BootControl().mark_good_async(None, 0)

        Pawl.run(main())

    def test_confirmer(self):
        async def main():
            verdict, details = await Confirmer().check_async(None, 0)
            self.assertEqual(verdict, Pawl.Verdict.PASS)
            self.assertEqual(details["details"], {"why": "because"})

        Pawl.run(main())

    def test_an_async_slot_is_refused(self):
        with self.assertRaisesRegex(TypeError, "call it install"):

            class Wrong(GObject.Object, Pawl.Installer):
                async def do_start_install(self, *args):
                    pass


if __name__ == "__main__":
    unittest.main()
