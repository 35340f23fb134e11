# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""Says what a file says."""
import gi

gi.require_version("Pawl", "1")
from gi.repository import Gio, GLib, GObject, Pawl  # noqa: E402


class ExampleConfirmer(GObject.Object, Pawl.Confirmer):
    def set_up(self, context):
        self.file = Gio.File.new_for_path(context.get_string("file"))

    async def check(self, options, op):
        try:
            _ok, data, _etag = await Pawl.call(self.file, "load_contents")
        except GLib.Error as error:
            if error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.NOT_FOUND):
                return {"verdict": "not-yet", "reason": "there is no file yet"}
            raise
        if bytes(data).strip() == b"good":
            return {"verdict": "pass", "reason": "the file says good"}
        return {"verdict": "fail", "reason": "the file does not say good"}
