# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
_pawl_plugin() {
    local cur prev words cword split options
    _init_completion -s || return
    case $prev in
    --interface)
        mapfile -t COMPREPLY < <(compgen -W 'transport verifier installer boot-control confirmer' -- "$cur")
        return
        ;;
    --language)
        mapfile -t COMPREPLY < <(compgen -W 'c python js' -- "$cur")
        return
        ;;
    --grant)
        mapfile -t COMPREPLY < <(compgen -W 'network block gpio watchdog efi systemd secrets files processes' -- "$cur")
        return
        ;;
    --host | --world)
        _filedir
        return
        ;;
    --scripts)
        _filedir -d
        return
        ;;
    --only | --set) return ;;
    esac
    $split && return
    case ${words[1]} in
    "$cur") options='new check list info --version --help' ;;
    new) options='--interface --language --help' ;;
    check) options='--grant --host --only --scripts --set --world --help' ;;
    list | info) options='--json --help' ;;
    *) options='' ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
    case ${words[1]} in
    "$cur") ;;
    check | info) [[ $cur == -* ]] || _filedir plugin ;;
    list) [[ $cur == -* ]] || _filedir -d ;;
    esac
} && complete -F _pawl_plugin pawl-plugin
