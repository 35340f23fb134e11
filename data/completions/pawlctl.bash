# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
# Made by generate.py.
_pawlctl() {
    local cur prev words cword command='' options i
    _init_completion || return
    for ((i = 1; i < cword; i++)); do
        case ${words[i]} in
        --bus | --color | --number | --path | --source | --until | --what | --who | --why) ((i++)) ;;
        -*) ;;
        *)
            command=${words[i]}
            break
            ;;
        esac
    done
    case $prev in
    --color)
        mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur")
        return
        ;;
    --until)
        mapfile -t COMPREPLY < <(compgen -W 'idle checking available fetching fetched installing installed activating trial reverting' -- "$cur")
        return
        ;;
    --what)
        mapfile -t COMPREPLY < <(compgen -W 'check download install reboot' -- "$cur")
        return
        ;;
    --source)
        _filedir
        return
        ;;
    esac
    case $command in
    '') options='status check update fetch install activate cancel approve defer confirm reject rollback forget inhibit why history monitor config plugins doctor --json --color --bus --session --version -j --help' ;;
    status) options='--json --color --bus --session --version -j --help' ;;
    check) options='--source --no-force --no-wait --cancel-on-interrupt --json --color --bus --session --version -j --help' ;;
    update) options='--source --force --no-reboot --no-wait --cancel-on-interrupt --json --color --bus --session --version -j --help' ;;
    fetch) options='--no-force --no-wait --cancel-on-interrupt --json --color --bus --session --version -j --help' ;;
    install) options='--no-force --no-wait --cancel-on-interrupt --json --color --bus --session --version -j --help' ;;
    activate) options='--no-reboot --no-force --no-wait --json --color --bus --session --version -j --help' ;;
    cancel) options='--no-wait --json --color --bus --session --version -j --help' ;;
    approve) options='download install reboot all --json --color --bus --session --version -j --help' ;;
    defer) options='download install reboot all --json --color --bus --session --version -j --help' ;;
    confirm) options='--now --no-wait --json --color --bus --session --version -j --help' ;;
    reject) options='--no-wait --json --color --bus --session --version -j --help' ;;
    rollback) options='--no-wait --json --color --bus --session --version -j --help' ;;
    forget) options='--all --json --color --bus --session --version -j --help' ;;
    inhibit) options='--what --who --why --json --color --bus --session --version -j --help' ;;
    why) options='--held --json --color --bus --session --version -j --help' ;;
    history) options='--number -n --json --color --bus --session --version -j --help' ;;
    monitor) options='--until --json --color --bus --session --version -j --help' ;;
    config) options='--set --describe --json --color --bus --session --version -j --help' ;;
    plugins) options='--json --color --bus --session --version -j --help' ;;
    doctor) options='--path --json --color --bus --session --version -j --help' ;;
    *) return ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
    if [ "$command" = inhibit ] && [[ $cur != -* ]]; then
        mapfile -t COMPREPLY < <(compgen -c -- "$cur")
    fi
}
complete -F _pawlctl pawlctl
