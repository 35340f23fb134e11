#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
#
# What shells offer behind a few beginnings of a command line; zsh and fish are asked where they are installed.
#
#   test-completion.sh FOLDER
set -uo pipefail
[ -r /usr/share/bash-completion/bash_completion ] || exit 77
folder=$1
# shellcheck source=/dev/null
. /usr/share/bash-completion/bash_completion
# shellcheck source=/dev/null
. "$folder/pawl-repo.bash"

# is_offered SHELL EXPECTED OFFERED WORD...
is_offered() {
    if grep -qxF -- "$2" <<<"$3"; then return; fi
    echo "$1, behind ${*:4}: offered ${3:-nothing}, wanted $2" >&2
    exit 1
}

# In zsh: what its own functions are given, cut down to words.
ask_zsh() {
    # shellcheck disable=SC2016
    zsh -fc '
        _call_program() { shift; "$@" }
        _describe() { print -rl -- ${${(P@)2}%%:*} }
        _arguments() {
            local spec
            for spec; do
                print -r -- ${${spec#\*}%%[=\[]*}
                [[ $words[-2] == ${${spec#\*}%%=*} && $spec == (#b)*:\((*)\) ]] && print -rl -- ${=match[1]}
            done
        }
        setopt extendedglob
        file=$1
        shift
        words=("$@") CURRENT=$# PREFIX=$words[-1]
        source $file
    ' zsh "$folder/_pawl-repo" "$@"
}

ask_fish() {
    local line="$*"
    PATH=$(dirname "$PAWL_REPO"):$PATH fish --no-config \
        -c "source $folder/pawl-repo.fish; complete -C 'pawl-repo ${line#"$1 "}'" | cut -f 1
}

# offers EXPECTED WORD...: EXPECTED has to be among what is offered in place of the last word.
offers() {
    local expected=$1
    shift
    COMP_WORDS=("$PAWL_REPO" "$@")
    COMP_CWORD=$#
    COMP_LINE="${COMP_WORDS[*]}"
    COMP_POINT=${#COMP_LINE}
    COMP_TYPE=9 COMP_KEY=9
    COMPREPLY=()
    _pawl_repo
    is_offered bash "$expected" "$(printf '%s\n' "${COMPREPLY[@]}")" "$@"
    if command -v zsh >/dev/null; then
        is_offered zsh "$expected" "$(ask_zsh "${COMP_WORDS[@]}")" "$@"
    fi
    if command -v fish >/dev/null; then
        is_offered fish "$expected" "$(ask_fish "${COMP_WORDS[@]}")" "$@"
    fi
}

offers target ''
offers target t
offers rollout target r
offers ecu -C x director e
offers add director ecu a
offers --hardware-id target add --h
offers --percentage target add firmware.bin --p
offers timestamp sign --role t
offers strict init --profile s
