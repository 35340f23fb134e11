# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""The process of one plugin in Python: plugin-host.py MODULE INTERFACE, with the daemon on descriptor 3."""
import importlib.util
import sys

import gi

gi.require_version("Pawl", "1")
from gi.repository import GObject, Pawl  # noqa: E402

HOST_FD = 3


def find_class(module, interface):
    """The one class of the module itself that implements the interface."""
    wanted = getattr(Pawl, interface)
    found = [
        thing
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, wanted) and issubclass(thing, GObject.Object)
    ]
    found = [thing for thing in found if thing.__module__ == module.__name__]
    if len(found) != 1:
        sys.exit(f"{module.__file__}: found {len(found)} classes that implement Pawl.{interface}, wanted one")
    return found[0]


def main():
    path, interface = sys.argv[1:]
    spec = importlib.util.spec_from_file_location("pawl_plugin", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["pawl_plugin"] = module
    spec.loader.exec_module(module)
    instance = find_class(module, interface)()
    Pawl.run(Pawl.serve(instance, HOST_FD))


sys.dont_write_bytecode = True
main()
