# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""Every key of the configuration: the daemon's from its manual page, which is made of the daemon's own table, and each
plugin's from the keyfile by which the daemon checks it."""
import configparser
import re

MANUAL = "data/man/pawld.conf.5.scd"


def daemon_keys(source):
    text = (source / MANUAL).read_text().split("; keys\n")[1].split("; end of keys")[0]
    for group, body in re.findall(r"## (\[.*?\])\n(.*?)(?=\n## |\Z)", text, re.S):
        rows = re.findall(r"\*(.+?)\*\n\t(.*)\n\n\t(.*)\.\n", body)
        yield group, [(name, meaning, kind.replace("*", "`")) for name, meaning, kind in rows]


def kind_of(key):
    text = key["Type"]
    if key.get("Choices"):
        text += ", one of " + ", ".join(word for word in key["Choices"].split(";") if word)
    if key.get("Minimum") or key.get("Maximum"):
        text += f", {key.get('Minimum', '…')} to {key.get('Maximum', '…')}"
    if key.get("Unit"):
        text += f" {key['Unit']}"
    if "Default" not in key:
        return text + "; has to be set"
    return text + (f"; default `{key['Default']}`" if key["Default"] else "; empty by default")


def plugin_keys(path):
    keyfile = configparser.ConfigParser(interpolation=None, strict=True, delimiters="=", comment_prefixes="#")
    keyfile.optionxform = str
    keyfile.read_string(path.read_text())
    rows = [
        (group[len("Key "):], keyfile[group]["Description"] + ".", kind_of(keyfile[group]))
        for group in keyfile.sections()
        if group.startswith("Key ")
    ]
    return keyfile["Plugin"], rows


def table(rows):
    escaped = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    return ["| Key | Meaning | Value |", "|---|---|---|"] + [f"| `{a}` | {b} | {c} |" for a, b, c in escaped] + [""]


def list_keys(source):
    lines = []
    for group, rows in daemon_keys(source):
        lines += [f"## {group}", ""] + table(rows)
    for path in sorted(source.glob("plugins/*/*.plugin.in")):
        plugin, rows = plugin_keys(path)
        lines += [f"## [plugin:{plugin['Id']}]", "", f"{plugin['Description']}. See [its page](plugin-{plugin['Id']}.md).", ""]
        lines += table(rows) if rows else ["It has no keys.", ""]
    return "\n".join(lines)
