# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""A device that runs from an OSTree system root: pawld and its bus run inside the booted tree, and a reboot is a reboot.

tests/support/ns-boot plays the kernel and the initramfs, and this the boot loader that counts. The tree is a small one,
made of what this machine has and of Pawl as it is installed, or the given one.
"""

import os
import pathlib
import random
import re
import shutil
import signal
import subprocess

from device import BUILD, BUS, PATIENCE_S, Device

SUPPORT = pathlib.Path(__file__).parents[2] / "support"

# The system's init. It ends, with everything, when the updater asks for a reboot or somebody outside for an end.
INIT = """#!/bin/sh
export PATH=/usr/local/bin:/usr/bin:/usr/sbin
exec >>/var/console 2>&1
rm -f /var/bus
mkdir -p /var/lib/pawl
dbus-daemon --config-file=/usr/lib/device/bus.conf --nofork --nopidfile &
bus=$!
until test -S /var/bus; do sleep 0.05; done
/usr/local/libexec/pawld --config=/etc/pawl/pawld.conf --address=unix:path=/var/bus &
pawld=$!
until test -e /run/reboot-wanted || test -e /var/power-off; do sleep 0.05; done
kill $pawld
wait $pawld
kill $bus
wait
"""

# Of the machine that the test runs on.
PROGRAMS = ["/usr/bin/dbus-daemon", *map(str, pathlib.Path("/usr/lib").glob("*/gio/modules/libgiognutls.so"))]


def call(*arguments, **options):
    done = subprocess.run([str(part) for part in arguments], capture_output=True, text=True, **options)
    assert done.returncode == 0, (arguments, done.stdout, done.stderr)
    return done.stdout.strip()


class Trees:
    """The versions of a system, as commits of a repository."""

    def __init__(self, folder, content):
        self.folder = pathlib.Path(folder)
        self.content = pathlib.Path(content)
        call("ostree", f"--repo={self.content}", "init", "--mode=archive")
        # How full this machine's disk is does not matter here.
        call("ostree", f"--repo={self.content}", "config", "set", "core.min-free-space-percent", "0")

    def make_base(self):
        base = self.folder / "base"
        call("meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", f"--destdir={base}")
        own = [base / "usr/local/libexec/pawld", *base.glob("usr/local/lib/*/pawl/plugins-*/*.so")]
        call(SUPPORT / "small-tree", base, "0", *PROGRAMS, *own)
        return base

    def commit_base(self, base):
        device = base / "usr/lib/device"
        device.mkdir()
        (device / "bus.conf").write_text(BUS.format(path="/var/bus", services="/var/services"))
        (device / "init").write_text(INIT)
        (device / "init").chmod(0o755)
        self.commit("base", f"--tree=dir={base}")
        shutil.rmtree(base)

    def commit(self, branch, *trees):
        return call("ostree", f"--repo={self.content}", "commit", f"--branch={branch}", "--owner-uid=0", "--owner-gid=0",
                    *trees)

    def version(self, number, files=()):
        """The base with VERSION_ID and a hundred small files of this version; @files are the device's own differences."""
        layer = self.folder / number
        noise = random.Random(number)
        written = {
            "usr/lib/os-release": f"ID=product\nNAME=Product\nVERSION_ID={number}\n",
            f"usr/etc/since-{number}": "a file of the new version\n",
            "usr/lib/modules/6.1.0/vmlinuz": f"kernel {number}",
            "usr/lib/pawl/health/required.d/self-test": f"#!/bin/sh\ngrep -q VERSION_ID={number} /usr/lib/os-release\n",
            **{f"usr/share/product/{i}": noise.randbytes(4096).hex() for i in range(100)},
            **dict(files),
        }
        for name, text in written.items():
            path = layer / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            path.chmod(0o755 if text.startswith("#!") else 0o644)
        return self.commit("product", "--tree=ref=base", f"--tree=dir={layer}")


class Booted(Device):
    """Provisioned with version 1, and not booted yet."""

    def prepare(self):
        os.environ["OSTREE_SYSROOT_DEBUG"] = "mutable-deployments"
        self.root = self.folder / "sysroot"
        self.root.mkdir()
        self.var = self.root / "ostree/deploy/product/var"
        return f"unix:path={self.var}/bus"

    def provision(self, content, commit, files):
        """Deploys @commit, with @files in its /etc, as a factory does."""
        call("ostree", "admin", "init-fs", "--modern", self.root)
        call("ostree", "admin", f"--sysroot={self.root}", "os-init", "product")
        call("ostree", f"--repo={self.root}/ostree/repo", "config", "set", "core.min-free-space-percent", "0")
        call("ostree", f"--repo={self.root}/ostree/repo", "pull-local", content, commit)
        call("ostree", "admin", f"--sysroot={self.root}", "deploy", "--os=product", "--karg=root=LABEL=x", commit)
        etc = next(self.root.glob("ostree/deploy/product/deploy/*.0/etc"))
        for name, text in files.items():
            path = etc / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def read(self, name):
        return (self.var / ("console" if name == "log" else name)).read_text()

    def running_version(self):
        """Looked up in the root of the system that runs: /mnt in the namespace that ns-boot made."""
        first = call("pgrep", "--parent", str(self.daemon.pid)).split()[0]
        lines = pathlib.Path(f"/proc/{first}/root/mnt/usr/lib/os-release").read_text().splitlines()
        return next(line for line in lines if line.startswith("VERSION_ID=")).partition("=")[2]

    def boot(self):
        """What the boot loader does before it starts something: it counts. Says whether it falls back."""
        path = self.var / "lib/pawl/boot"
        if not path.exists() or "upgrade_available=1" not in path.read_text():
            return False
        values = dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)
        values["bootcount"] = str(int(values["bootcount"]) + 1)
        falls_back = int(values["bootcount"]) > int(values["bootlimit"])
        if falls_back:
            values["rollback"] = "1"
        path.write_text("[Boot]\n" + "".join(f"{key}={value}\n" for key, value in values.items()))
        return falls_back

    def start_system(self):
        """Without waiting for the updater, which may be broken."""
        (self.var / "power-off").unlink(missing_ok=True)
        (self.var / "bus").unlink(missing_ok=True)
        which = ["--second"] if self.boot() else []
        self.daemon = subprocess.Popen([SUPPORT / "ns-boot", *which, self.root, "/usr/lib/device/init"],
                                       stdin=subprocess.DEVNULL, env=self.env)

    def start(self):
        self.start_system()
        self.wait_for(self.has_name)

    def has_name(self):
        return (self.var / "bus").exists() and super().has_name()

    def wait_for_reboot(self):
        """The system shuts down by itself, because the updater asked for it."""
        assert self.daemon.wait(PATIENCE_S) == 0, self.read("log")
        self.daemon = None

    def reboot(self):
        self.wait_for_reboot()
        self.start()

    def power_off(self):
        (self.var / "power-off").touch()
        self.wait_for_reboot()

    def cut_power(self):
        self.stop(signal.SIGKILL)

    def deployed(self):
        """The commits of the boot entries, in order."""
        status = call("ostree", "admin", f"--sysroot={self.root}", "status")
        return re.findall(r"product ([0-9a-f]{64})\.", status)
