# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""An installer by a stranger, in Python: versions are files in its state folder."""
import gi

gi.require_version("Pawl", "1")
import pathlib  # noqa: E402

from gi.repository import GLib, GObject, Pawl  # noqa: E402


class FilesInstaller(GObject.Object, Pawl.Installer):
    def set_up(self, context):
        self.folder = pathlib.Path(context.get_state_dir())
        if not self.path("running").exists():
            self.path("running").write_text(f"old {'0' * 64}")

    def path(self, name):
        return self.folder / name

    def list_formats(self):
        return ["BINARY"]

    async def describe_installed(self, options, op):
        name, sha256 = self.path("running").read_text().split()
        return Pawl.Target.new_from_variant(GLib.Variant("a{sv}", {
            "name": GLib.Variant("s", name), "hashes": GLib.Variant("a{ss}", {"sha256": sha256})}))

    async def install(self, target, payload, options, op):
        data = payload.read(0, payload.get_length()).get_data()
        self.path("payload").write_bytes(data)
        self.path("upcoming").write_text(f"{target.get_name()} {target.get_hash('sha256')}")
        op.progress(len(data), len(data))
        return {"reboot-needed": True}

    async def activate(self, target, options, op):
        self.path("next").write_text(self.path("upcoming").read_text())
        return {"reboot-needed": True}

    async def revert(self, target, options, op):
        self.path("next").unlink(missing_ok=True)
        if self.path("running").read_text().split()[0] == target.get_name():
            self.path("next").write_text(self.path("old").read_text())
        return {"reboot-needed": True}
