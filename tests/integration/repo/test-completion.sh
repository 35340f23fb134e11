#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
#
# What bash offers behind a few beginnings of a command line.
set -uo pipefail
[ -r /usr/share/bash-completion/bash_completion ] || exit 77
# shellcheck source=/dev/null
. /usr/share/bash-completion/bash_completion
# shellcheck source=/dev/null
. "$1"

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
    if printf '%s\n' "${COMPREPLY[@]}" | grep -qxF -- "$expected"; then return; fi
    echo "behind $*: offered ${COMPREPLY[*]:-nothing}, wanted $expected" >&2
    exit 1
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
