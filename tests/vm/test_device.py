#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""Whole devices: Debian with the project's own programs, on a boot loader that counts, a watchdog that resets and simulated
lines, in QEMU. Each scenario says how long it took.

  test_device.py uboot|grub SOURCE BUILD_FOLDER [SCENARIO...]

Without a scenario, all of them. PAWL_BUILD is the build folder with pawl-repo, the operator's half.
"""

import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "integration" / "pawld"))

from power_cuts import Cuts
from repository import Repository
from virtual_device import VirtualDevice

TOOLS = ["qemu-system-x86_64", "qemu-img", "mmdebstrap", "mkfs.vfat", "mcopy", "sfdisk", "cpio", "bc", "make"]
BUILD = pathlib.Path(os.environ["PAWL_BUILD"])
YES, NO, CONTENT, HEARTBEAT, LAMP, FAILED = range(6)
# What is wrong with a bad version, run when it is up and on trial.
# The service manager stops at a crash of its own, or else it would start the daemon again.
HANGS = "#!/bin/sh\nsleep 5\nkill -SEGV 1\nkill -STOP -1\n"
PANICS = "#!/bin/sh\necho c >/proc/sysrq-trigger\n"
ILL = "#!/bin/sh\necho the pump does not turn >&2\nexit 1\n"
BROKEN = "#!/bin/sh\nexit 1\n"


def run(*argv, **options):
    done = subprocess.run([str(word) for word in argv], capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{argv}: status {done.returncode}: {done.stderr[-4000:]}")
    return done.stdout.strip()


class Server:
    """The operator: what the device maker publishes, and where."""

    def __init__(self, folder):
        self.repository = Repository(folder)
        self.content = folder / "public" / "ostree"
        self.trees = folder / "trees"
        self.version = 1

    def offer(self, path, url):
        """A file for the device that is no update; where it is."""
        shutil.copy(path, self.repository.public)
        return f"{url}/{path.name}"

    def publish(self, url, files=()):
        """A next version: the first one with these files laid over it. Its number."""
        self.version += 1
        tree = self.trees / str(self.version)
        for path, text in {"usr/share/pawl-vm/version": f"{self.version}\n", **dict(files)}.items():
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            (tree / path).write_text(text)
            (tree / path).chmod(0o755)
        commit = run("ostree", f"--repo={self.content}", "commit", f"--branch=version-{self.version}",
                     "--tree=ref=device/amd64", f"--tree=dir={tree}", "--owner-uid=0", "--owner-gid=0")
        self.repository.call("target", "add", f"--ostree={self.content}", commit, f"--name=device-{self.version}",
                             f"--version={self.version}", "--hardware-id=board", f"--uri={url}/ostree")
        self.repository.publish()
        return str(self.version)


def scenario(method):
    """Its name is its promise."""
    method.is_scenario = True
    return method


class Scenarios:
    """Each begins with a device of version 1 that is up and idle."""

    def __init__(self, device, server, url):
        self.device = device
        self.server = server
        self.url = url
        self.cuts = Cuts(self)

    def configure(self, text):
        self.device.call(f"printf '{text}' >/etc/pawl/pawld.conf.d/70-scenario.conf; systemctl restart pawld")

    def no_button(self):
        self.configure("[trial]\\nrequired=health;watchdog\\n")

    def update(self, files=()):
        """Up to the boot loader that is to boot the new version."""
        version = self.server.publish(self.url, files)
        boots = len(self.device.boots())
        status, output = self.device.try_call("pawlctl update")
        if status != 0:
            raise RuntimeError(f"pawlctl update: status {status}: {output}")
        self.device.wait_for_boots(boots + 1)
        return version

    def wait_for_trial(self, version):
        self.device.wait_until_up()
        self.device.wait_for(lambda: self.device.state() == "trial", "the trial")
        assert self.device.version() == version, self.device.version()

    def wait_for_end(self, version):
        """The update is over, this version runs, and nothing is counted any more."""
        self.device.wait_until_up()
        self.device.wait_for(lambda: self.device.state() == "idle", "the end of the update")
        assert self.device.version() == version, self.device.version()
        self.expect_not_counting()

    def is_blessed(self):
        return self.device.try_call("systemctl is-active pawl-vm-bless.service")[0] == 0

    def expect_not_counting(self):
        left = self.device.call("fw_printenv -n upgrade_available 2>/dev/null || grep -ac ^boot_success=0 /boot/env/grubenv || :")
        assert left == "0", f"the boot loader still counts: {left}"

    def expect_failure(self, *words):
        report = self.device.last_report()
        assert report["success"] is False, report
        for word in words:
            assert word in report["description"], (word, report["description"])
        return report

    # ---- the scenarios ----

    @scenario
    def good_update_is_confirmed_by_health_and_button(self):
        version = self.update()
        self.wait_for_trial(version)
        assert "pawl.watchdog=" in self.device.call("cat /proc/cmdline")
        self.device.call("dmesg | grep -q 'watchdog: watchdog0: watchdog did not stop!'")
        self.device.drive_line(CONTENT, True)
        assert self.device.read_line(LAMP) == 1
        self.device.wait_for(lambda: self.device.read_line(HEARTBEAT) == 1, "the heartbeat")
        self.device.wait_for(lambda: self.device.read_line(HEARTBEAT) == 0, "the heartbeat")
        assert self.device.state() == "trial", "nobody has pressed the button"
        assert not self.is_blessed(), "a version on trial is not a good boot"
        self.device.press(YES)
        self.wait_for_end(version)
        assert self.device.last_report()["success"] is True
        assert self.device.read_line(LAMP) == 0
        self.device.wait_for(self.is_blessed, "boot-complete.target")

    @scenario
    def bad_update_is_refused_by_button(self):
        version = self.update()
        self.wait_for_trial(version)
        boots = len(self.device.boots())
        self.device.press(NO)
        self.device.wait_for_boots(boots + 1)
        self.wait_for_end("1")
        self.expect_failure("gpio", "refuse")

    @scenario
    def lines_are_found_read_and_written_on_a_real_chip(self):
        program = "/var/tmp/test-gpio-sim"
        self.device.fetch(self.server.offer(BUILD / "plugins/gpio/tests/test-gpio-sim", self.url), program)
        said = self.device.call(f"PAWL_GPIO_SIM=/sys/devices/platform/gpio-sim.0/gpiochip0 {program}")
        print("".join(f"# {line}\n" for line in said.splitlines()), end="", flush=True)

    @scenario
    def hanging_userland_is_reset_by_the_watchdog(self):
        self.configure("[trial]\\nrequired=health;watchdog;gpio\\ntries=1\\n")
        boots = len(self.device.boots())
        self.update({"usr/lib/pawl-vm/fault": HANGS})
        self.device.wait_for_boots(boots + 2)
        self.wait_for_end("1")
        self.expect_failure("watchdog")

    @scenario
    def kernel_panic_falls_back(self):
        boots = len(self.device.boots())
        self.update({"usr/lib/pawl-vm/fault": PANICS})
        self.device.wait_for_boots(boots + 3)
        self.wait_for_end("1")
        self.expect_failure("the boot loader fell back")

    @scenario
    def updater_that_cannot_start_falls_back(self):
        boots = len(self.device.boots())
        self.update({"usr/libexec/pawld": BROKEN})
        self.device.wait_for_boots(boots + 3)
        self.wait_for_end("1")
        self.expect_failure("the boot loader fell back")

    @scenario
    def ill_version_is_reverted(self):
        self.no_button()
        boots = len(self.device.boots())
        self.update({"usr/lib/pawl/health/required.d/pump": ILL})
        self.device.wait_for_boots(boots + 2)
        self.wait_for_end("1")
        self.expect_failure("health", "pump")

    @scenario
    def power_cut_in_a_trial_ends_on_a_confirmed_version(self):
        self.cuts.at("trial", 0)

    @scenario
    def power_cuts_while_checking_end_on_a_confirmed_version(self):
        self.cuts.during("checking")

    @scenario
    def power_cuts_while_fetching_end_on_a_confirmed_version(self):
        self.cuts.during("fetching")

    @scenario
    def power_cuts_while_installing_end_on_a_confirmed_version(self):
        self.cuts.during("installing")

    @scenario
    def power_cuts_while_activating_end_on_a_confirmed_version(self):
        self.cuts.during("activating")

    @scenario
    def power_cuts_while_booting_end_on_a_confirmed_version(self):
        self.cuts.during("boot")

    @scenario
    def power_cuts_on_trial_end_on_a_confirmed_version(self):
        self.cuts.during("trial")


def build(source, folder, installed):
    """The programs as a product has them, below /usr, in a build folder of their own."""
    if not (folder / "build.ninja").exists():
        multiarch = run("dpkg-architecture", "-qDEB_HOST_MULTIARCH")
        run("meson", "setup", folder, source, "--prefix=/usr", "--sysconfdir=/etc", f"--libdir=lib/{multiarch}",
            "-Dtests=false", "-Dserver=disabled", "-Dintrospection=disabled", "-Dman=disabled")
    run("meson", "compile", "-C", folder)
    run("meson", "install", "-C", folder, "--no-rebuild", env=dict(os.environ, DESTDIR=str(installed)))


@contextlib.contextmanager
def factory(loader, source, build_folder):
    """A device that was made just now, up and idle, and remembered in that state."""
    with tempfile.TemporaryDirectory(prefix="pawl-vm-") as name:
        folder = pathlib.Path(name)
        begin = time.monotonic()
        build(source, build_folder, folder / "installed")
        server = Server(folder / "repository")
        run(HERE / "build-image", loader, folder / "installed", server.repository.root, folder / "image")
        (folder / "image" / "content").rename(server.content)
        print(f"# built in {time.monotonic() - begin:.0f} s", flush=True)
        device = VirtualDevice(folder, folder / "image" / "disk.img", loader)
        try:
            with server.repository.serve() as url:
                yield device, Scenarios(device, server, url.replace("127.0.0.1", "10.0.2.2"))
        finally:
            device.power_off()


def remember(device, scenarios):
    begin = time.monotonic()
    device.new_disk()
    device.power_on()
    device.wait_until_up()
    device.call(f"mkdir -p /etc/pawl/pawld.conf.d; printf '[plugin:tuf]\\nmetadata-urls={scenarios.url}\\n' "
                ">/etc/pawl/pawld.conf.d/60-server.conf; systemctl restart pawld")
    device.wait_for(lambda: device.state() == "idle", "the daemon")
    device.wait_for(scenarios.is_blessed, "boot-complete.target, with nothing on trial")
    device.save()
    print(f"# the first boot took {time.monotonic() - begin:.0f} s", flush=True)


def tell_failure(device, error):
    print(f"{type(error).__name__}: {error}", file=sys.stderr)
    with contextlib.suppress(Exception):
        print(device.try_call("journalctl -b --no-pager | tail -60; pawlctl status; ostree admin status", 60)[1], file=sys.stderr)
    print(device.console.read_text(errors="replace")[-6000:], file=sys.stderr, flush=True)


def main():
    loader, source, build_folder, *names = sys.argv[1:]
    names = names or [name for name, member in vars(Scenarios).items() if getattr(member, "is_scenario", False)]
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing or os.geteuid() != 0:
        print("1..0 # SKIP " + (f"without {', '.join(missing)}: .ci/install-deps --vm" if missing else "root only"))
        return
    # Ended from outside, it still takes its machine and its scratch folder with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    failed = 0
    print(f"1..{len(names)}")
    with factory(loader, source, pathlib.Path(build_folder)) as (device, scenarios):
        remember(device, scenarios)
        for number, name in enumerate(names, 1):
            begin = time.monotonic()
            try:
                device.recall()
                getattr(scenarios, name.replace("-", "_"))()
                verdict = "ok"
            except Exception as error:
                verdict = "not ok"
                failed += 1
                tell_failure(device, error)
            print(f"{verdict} {number} - {name.replace('_', '-')}\n# {time.monotonic() - begin:.0f} s", flush=True)
    sys.exit(failed > 0)


main()
