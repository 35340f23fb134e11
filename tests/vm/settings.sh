# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
#
# What the scripts of this folder share. Everything comes from Debian's packages, of the release that builds it: the
# programs that are tested were linked against that one's libraries.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# Packages, modules and the base system are made once and kept here.
cache=${PAWL_VM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/pawl-vm}
# shellcheck source=/dev/null
release=$(. /etc/os-release && echo "$VERSION_CODENAME")
mkdir -p "$cache"

say() { printf '%s\n' "$*" >&2; }
