#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""The completions of bash, zsh and fish, made of pawlctl's own table of commands.

  generate.py PAWLCTL FOLDER            write them
  generate.py --check PAWLCTL FOLDER    fail when those in the folder are not what would be written
"""
import json
import pathlib
import subprocess
import sys

HEAD = "# SPDX-License-Identifier: LGPL-2.1-or-later\n# SPDX-FileCopyrightText: The Pawl authors\n# Made by generate.py.\n"
STATES = "idle checking available fetching fetched installing installed activating trial reverting".split()
STEPS = "download install reboot all".split()
# What may follow an option, where it is a closed list.
VALUES = {
    "color": "auto always never".split(),
    "until": STATES,
    "what": "check download install reboot".split(),
}
FILES = {"source"}
# What a command takes, where it is a closed list.
ARGUMENTS = {"approve": STEPS, "defer": STEPS}


def words(options):
    return [f"--{option['name']}" for option in options] + [f"-{option['letter']}" for option in options if option["letter"]]


def bash(table):
    common = table["options"] + [option for command in table["commands"] for option in command["options"]]
    taking = sorted({f"--{option['name']}" for option in common if option["argument"]})
    text = "# shellcheck shell=bash\n" + HEAD + "_pawlctl() {\n    local cur prev words cword command='' options i\n"
    text += "    _init_completion || return\n"
    text += "    for ((i = 1; i < cword; i++)); do\n        case ${words[i]} in\n"
    text += f"        {' | '.join(taking)}) ((i++)) ;;\n        -*) ;;\n        *)\n"
    text += "            command=${words[i]}\n            break\n            ;;\n        esac\n    done\n"
    text += "    case $prev in\n"
    for name, values in VALUES.items():
        text += f"    --{name})\n        mapfile -t COMPREPLY < <(compgen -W '{' '.join(values)}' -- \"$cur\")\n        return\n        ;;\n"
    for name in sorted(FILES):
        text += f"    --{name})\n        _filedir\n        return\n        ;;\n"
    text += "    esac\n    case $command in\n"
    names = " ".join(command["name"] for command in table["commands"])
    text += f"    '') options='{names} {' '.join(words(table['options']))} --help' ;;\n"
    for command in table["commands"]:
        offered = ARGUMENTS.get(command["name"], []) + words(command["options"]) + words(table["options"]) + ["--help"]
        text += f"    {command['name']}) options='{' '.join(offered)}' ;;\n"
    text += "    *) return ;;\n    esac\n"
    text += "    mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$cur\")\n"
    text += "    if [ \"$command\" = inhibit ] && [[ $cur != -* ]]; then\n"
    text += "        mapfile -t COMPREPLY < <(compgen -c -- \"$cur\")\n    fi\n}\n"
    return text + "complete -F _pawlctl pawlctl\n"


def zsh_text(text):
    return text.replace("'", "'\\''").replace(":", "\\:").replace("[", "\\[").replace("]", "\\]")


def zsh_options(options):
    specs = []
    for option in options:
        after = ""
        if option["argument"]:
            values = VALUES.get(option["name"])
            action = f"({' '.join(values)})" if values else "_files" if option["name"] in FILES else " "
            after = f":{option['argument'].lower()}:{action}"
        specs.append(f"'--{option['name']}{'=' if option['argument'] else ''}[{zsh_text(option['summary'])}]{after}'")
    return specs


def zsh(table):
    text = "#compdef pawlctl\n" + HEAD + "_pawlctl() {\n    local curcontext=$curcontext state line\n    local -a common commands\n"
    text += "    common=(\n" + "".join(f"        {spec}\n" for spec in zsh_options(table["options"]))
    text += "        '--help[Show help]'\n    )\n    commands=(\n"
    text += "".join(f"        '{command['name']}:{zsh_text(command['summary'])}'\n" for command in table["commands"])
    text += "    )\n    _arguments -C $common '1: :->command' '*:: :->argument' && return\n    case $state in\n"
    text += "    command) _describe command commands ;;\n    argument)\n        case $words[1] in\n"
    for command in table["commands"]:
        specs = zsh_options(command["options"])
        if command["name"] in ARGUMENTS:
            specs.append(f"'1:step:({' '.join(ARGUMENTS[command['name']])})'")
        if command["name"] == "inhibit":
            specs.append("'*::command:_normal'")
        text += f"        {command['name']}) _arguments $common {' '.join(specs)}".rstrip() + " ;;\n"
    return text + "        esac\n        ;;\n    esac\n}\n_pawlctl \"$@\"\n"


def fish_text(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def fish_option(condition, option):
    line = f"complete -c pawlctl{condition} -l {option['name']}"
    if option["letter"]:
        line += f" -s {option['letter']}"
    if option["argument"]:
        line += " -r"
    if option["name"] in VALUES:
        line += f" -f -a '{' '.join(VALUES[option['name']])}'"
    elif option["argument"] and option["name"] not in FILES:
        line += " -f"
    elif option["name"] in FILES:
        line += " -F"
    return line + f" -d {fish_text(option['summary'])}\n"


def fish(table):
    text = HEAD + "complete -c pawlctl -f\n"
    text += "".join(fish_option("", option) for option in table["options"])
    for command in table["commands"]:
        text += f"complete -c pawlctl -n __fish_use_subcommand -a {command['name']} -d {fish_text(command['summary'])}\n"
    for command in table["commands"]:
        condition = f" -n '__fish_seen_subcommand_from {command['name']}'"
        text += "".join(fish_option(condition, option) for option in command["options"])
        if command["name"] in ARGUMENTS:
            text += f"complete -c pawlctl{condition} -a '{' '.join(ARGUMENTS[command['name']])}'\n"
        if command["name"] == "inhibit":
            text += f"complete -c pawlctl{condition} -a '(__fish_complete_subcommand)'\n"
    return text


def main():
    check = sys.argv[1] == "--check"
    pawlctl, folder = sys.argv[-2:]
    table = json.loads(subprocess.run([pawlctl, "--describe-commands"], capture_output=True, check=True).stdout)
    stale = []
    for name, make in (("pawlctl.bash", bash), ("_pawlctl", zsh), ("pawlctl.fish", fish)):
        path = pathlib.Path(folder) / name
        if not check:
            path.write_text(make(table))
        elif path.read_text() != make(table):
            stale.append(name)
    sys.exit(f"run generate.py: not what pawlctl offers: {', '.join(stale)}" if stale else 0)


main()
