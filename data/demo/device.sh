# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
#
# The device's half of the demo: a disk that is a folder, a boot loader that is a function, and a system that is started in
# namespaces by its own ostree-prepare-root. Wants: $folder, $source, $prefix.
export OSTREE_SYSROOT_DEBUG=mutable-deployments

disk=$folder/device
var=$disk/ostree/deploy/product/var

# manufacture COMMIT: what a device has when it leaves the factory.
manufacture() {
    mkdir "$disk"
    ostree admin init-fs --modern "$disk" >/dev/null
    ostree admin --sysroot="$disk" os-init product >/dev/null
    ostree --repo="$disk/ostree/repo" config set core.min-free-space-percent 0
    ostree --repo="$disk/ostree/repo" pull-local "$folder/public/ostree" "$1" >/dev/null
    ostree admin --sysroot="$disk" deploy --os=product "$1" >/dev/null
}

variable() { sed -n "s/^$1=//p" "$var/lib/pawl/boot" 2>/dev/null; }

set_variable() { sed -i "s/^$1=.*/$1=$2/" "$var/lib/pawl/boot"; }

# deployment N: the system of boot entry number N.
deployment() {
    local entry
    entry=$(printf '%s\n' "$disk"/boot/loader/entries/*.conf | sort -r | sed -n "$1p")
    readlink -f "$disk$(sed -n 's/^options .*ostree=\([^ ]*\).*/\1/p' "$entry")"
}

# What the script of a board does: counts the boots of a version on trial; when they are used up, it says so and takes the
# second entry. Prints what it adds to the start.
boot_loader() {
    local number=1
    if [ "$(variable upgrade_available)" = 1 ]; then
        set_variable bootcount $(($(variable bootcount) + 1))
        if [ "$(variable bootcount)" -gt "$(variable bootlimit)" ]; then
            set_variable rollback 1
            number=2
        fi
    fi
    deployment "$number" >"$folder/booted"
    [ "$number" = 1 ] || echo --second
}

boot() {
    rm -f "$var/bus"
    # shellcheck disable=SC2046 # an entry is no word or one
    "$source/tests/support/ns-boot" $(boot_loader) "$disk" /usr/bin/init 2>>"$folder/log" &
    device=$!
    until inside pawlctl status >/dev/null 2>&1; do
        kill -0 "$device" 2>/dev/null || return 0
        sleep 0.1
    done
}

# inside COMMAND...: as on the console of the device.
inside() {
    local first
    first=$(cat "/proc/$device/task/$device/children" 2>/dev/null)
    nsenter --target "${first%% *}" --mount --pid --uts --wd chroot . env PATH="$prefix/bin:/usr/bin" "$@"
}

# The old system ends, and the boot loader starts the next one.
reboot() {
    case $(state) in
        activating | '') wait "$device" ;;
        *) echo "demo: the device does not reboot: $(inside pawlctl why)" >&2; exit 1 ;;
    esac
    boot
    say "   … the device reboots: $(sed -n 's/PRETTY_NAME="\(.*\)"/\1/p' "$(cat "$folder/booted")/usr/lib/os-release") starts"
}

state() { inside pawlctl --json status 2>/dev/null | sed -n 's/.*"state": "\(.*\)".*/\1/p'; }

# Waits until the update is over, through whatever reboots that takes.
settle() {
    while :; do
        if ! kill -0 "$device" 2>/dev/null; then reboot; fi
        [ "$(state)" != idle ] || return 0
        sleep 0.1
    done
}
