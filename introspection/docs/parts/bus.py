# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""The bus interface, from its contract."""
import re
import textwrap
import xml.etree.ElementTree as xml

CONTRACT = "introspection/dbus/org.pawl.Update1.xml"


def parse(path):
    return xml.parse(path, parser=xml.XMLParser(target=xml.TreeBuilder(insert_comments=True))).getroot()


def text_of(comment):
    """A comment is a name, lines `@argument: meaning`, and paragraphs."""
    body = textwrap.dedent(comment.text.strip("\n")).strip()
    name, _, body = body.partition("\n")
    arguments = re.findall(r"(?m)^@(\w+): (.*(?:\n[ \t]+.*)*)", body)
    body = re.sub(r"(?m)^@\w+: .*(?:\n[ \t]+.*)*\n?", "", body)
    return name.rstrip(":"), [(key, " ".join(text.split())) for key, text in arguments], body.strip()


def signature(member):
    arguments = [f"{arg.get('name')} {arg.get('type')}" for arg in member if arg.tag == "arg" and arg.get("direction") != "out"]
    answers = [f"{arg.get('name')} {arg.get('type')}" for arg in member if arg.tag == "arg" and arg.get("direction") == "out"]
    if member.tag == "property":
        return f"`{member.get('name')}` {member.get('type')}"
    return f"`{member.get('name')} ({', '.join(arguments)})`" + (f" → `({', '.join(answers)})`" if answers else "")


def describe_interface(source):
    lines, comment = [], None
    node = parse(source / CONTRACT)
    _, _, introduction = text_of(next(child for child in node if not isinstance(child.tag, str)))
    lines += [introduction, ""]
    titles = {"method": "Methods", "signal": "Signals", "property": "Properties"}
    for member in node.find("interface"):
        if not isinstance(member.tag, str):
            comment = member
            continue
        if member.tag in titles:
            lines += [f"## {titles.pop(member.tag)}", ""]
        _, arguments, body = text_of(comment)
        lines += [f"### {member.get('name')}", "", signature(member), ""]
        lines += [f"* *{name}*: {text}" for name, text in arguments]
        lines += ["", body, ""]
    return "\n".join(lines)
