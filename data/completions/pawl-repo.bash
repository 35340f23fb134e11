# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
#
# Commands and options are asked for, so this file knows none of them: `pawl-repo … --help` lists commands after two
# spaces, and options after two spaces and dashes.
_pawl_repo() {
    local cur prev words cword path=() help i
    _init_completion -n = || return
    case $prev in
    -C | --keys | --baseline | --to | --from)
        _filedir -d
        return
        ;;
    --root | --signer | --passphrase-file | --ostree | --director)
        _filedir
        return
        ;;
    --profile)
        mapfile -t COMPREPLY < <(compgen -W 'simple team strict' -- "$cur")
        return
        ;;
    --role)
        mapfile -t COMPREPLY < <(compgen -W 'root targets snapshot timestamp' -- "$cur")
        return
        ;;
    --type)
        mapfile -t COMPREPLY < <(compgen -W 'ed25519 p256 p384 rsa2048 rsa3072 rsa4096' -- "$cur")
        return
        ;;
    esac
    for ((i = 1; i < cword; i++)); do
        case ${words[i]} in
        -C) ((i++)) ;;
        -*) break ;;
        *)
            # Only words that are commands lead further.
            help=$("${words[0]}" "${path[@]}" --help 2>/dev/null) || break
            grep -q "^  ${words[i]} " <<<"$help" || break
            path+=("${words[i]}")
            ;;
        esac
    done
    help=$("${words[0]}" "${path[@]}" --help 2>/dev/null) || return
    if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(grep -oE -- '--[a-z][a-z-]*' <<<"$help" | sort -u)" -- "$cur")
    elif grep -q 'COMMAND…' <<<"$help"; then
        mapfile -t COMPREPLY < <(compgen -W "$(sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p' <<<"$help")" -- "$cur")
    else
        _filedir
    fi
} && complete -F _pawl_repo pawl-repo
