#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""Compare what is promised to other programs with what was built.

  check.py symbols LIBRARY LIST   the library exports exactly the names of the list
  check.py gir GIR LIST           every name of the list can be used from other languages, and the GIR names no other
  check.py abi PROBE DUMP         what the probe (probe.py) holds is what the dump says, or more at its end
  check.py update LIBRARY LIST    write the list anew, for a commit that says why it changed
  check.py update-abi PROBE DUMP  the same for the dump
"""
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree

CORE = "{http://www.gtk.org/introspection/core/1.0}"
C = "{http://www.gtk.org/introspection/c/1.0}"

# Only C can use these, and has to.
C_ONLY = {
    "OperationWork", "run_in_thread",  # threads are C's
    "PluginDescriptor",
    "ProxyOpenFunc",
    "proxy_set_reopen",
    "fields",  # of PawlValueClass: only C describes classes of values
}


def exported(library):
    out = subprocess.run(["nm", "-D", "--defined-only", library], check=True, capture_output=True, text=True).stdout
    names = {line.split()[-1] for line in out.splitlines()}
    # Sanitizers and the linker add names of their own, which all begin with an underscore.
    return {name for name in names if not name.startswith("_")}


def listed(path):
    return set(pathlib.Path(path).read_text().split())


def compare(found, wanted, what):
    findings = [f"{name}: listed, but not {what}" for name in sorted(wanted - found)]
    return findings + [f"{name}: {what}, but not listed" for name in sorted(found - wanted)]


def check_symbols(library, list_path):
    return compare(exported(library), listed(list_path), "exported")


def check_gir(gir, list_path):
    root = xml.etree.ElementTree.parse(gir).getroot()
    promised = listed(list_path)
    findings = []
    used = set()
    for node in root.iter():
        if node.tag == CORE + "type" and node.get("name") == "utf8" and node.get(C + "type", "").count("*") > 1:
            findings.append(f"{node.get(C + 'type')} is taken for one string; annotate it as an array")
        name = node.get("name", "")
        identifier = node.get(C + "identifier")
        getter = node.get("{http://www.gtk.org/introspection/glib/1.0}get-type")
        used.update(symbol for symbol in (identifier, getter) if symbol and symbol.startswith("pawl_"))
        if node.get("introspectable") == "0" and name not in C_ONLY and node.tag != CORE + "function-macro":
            findings.append(f"{identifier or name}: cannot be used from other languages; is an annotation missing?")
    return findings + compare(used, promised, "in the GIR")


# The table of methods is allocated at the size that the host knows, so that a plugin of before has no method where a
# new one is. What abidiff says about that, and nothing else, is no breach.
GROWTH = re.compile(r"""\s*($
    |(Functions|Variables)\ changes\ summary:|\d+\ Changed\ variables?:|\[C\]\ '|type\ of\ variable\ changed:|in\ pointed\ to\ type
    |underlying\ type\ 'struct\ _Pawl\w+Interface'|type\ size\ changed\ from\ (?P<size>\d+)\ to
    |\d+\ data\ member\ insertions?:|'.*',\ at\ offset\ (?P<offset>\d+)\ )""", re.X)


def is_growth(report):
    size = 0
    for line in report:
        found = GROWTH.match(line)
        if not found or int(found["offset"] or size) < size:
            return False
        size = int(found["size"] or size)
    return True


def check_abi(probe, dump_path):
    done = subprocess.run(["abidiff", "--no-added-syms", dump_path, probe], capture_output=True, text=True)
    report = (done.stdout + done.stderr).splitlines()
    return report if done.returncode and not is_growth(report) else []


def update_abi(probe, dump_path):
    headers = pathlib.Path(__file__).resolve().parents[2] / "core/include"
    subprocess.run(
        ["abidw", "--headers-dir", headers, "--drop-private-types", "--no-corpus-path", "--no-comp-dir-path",
         "--no-elf-needed", "--no-show-locs", "--type-id-style", "hash", "--out-file", dump_path, probe], check=True)


def main():
    mode, built, list_path = sys.argv[1:]
    if mode == "update-abi":
        update_abi(built, list_path)
        return 0
    if mode == "update":
        pathlib.Path(list_path).write_text("".join(name + "\n" for name in sorted(exported(built))))
        return 0
    findings = {"symbols": check_symbols, "gir": check_gir, "abi": check_abi}[mode](built, list_path)
    print("\n".join(findings))
    if findings and mode == "symbols":
        print(f"if that is meant: {sys.argv[0]} update {built} {list_path}")
    if findings and mode == "abi":
        print("plugins that are built already would break: move pawl_abi in the top folder's meson.build, and then\n"
              f"{sys.argv[0]} update-abi {built} {list_path}")
    return 1 if findings else 0


sys.exit(main())
