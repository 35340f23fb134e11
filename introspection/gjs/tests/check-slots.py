#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""GJS cannot be asked for an interface's slots or a class's methods: compare the lists of Pawl.js with the GIR."""
import pathlib
import re
import sys
import xml.etree.ElementTree

CORE = "{http://www.gtk.org/introspection/core/1.0}"
gir, script = sys.argv[1:]
text = pathlib.Path(script).read_text()
namespace = xml.etree.ElementTree.parse(gir).getroot().find(CORE + "namespace")
table = re.search(r"const SLOTS = {(.*?)};", text, re.S).group(1)
listed = {name: re.findall(r"'(\w+)'", slots) for name, slots in re.findall(r"(\w+): \[(.*?)\]", table, re.S)}
for name, slots in listed.items():
    interface = namespace.find(f"{CORE}interface[@name='{name}']")
    wanted = [node.get("name") for node in interface.iter(CORE + "virtual-method")]
    assert sorted(slots) == sorted(wanted), f"{name}: found {slots}, wanted {wanted}"
client = namespace.find(f"{CORE}class[@name='Client']")
wanted = [node.get("name")[:-6] for node in client.iter(CORE + "method") if node.get("name").endswith("_async")]
methods = re.findall(r"'(\w+)'", re.search(r"for \(const method of \[(.*?)\]", text, re.S).group(1))
assert sorted(methods) == sorted(wanted), f"Client: found {methods}, wanted {wanted}"
