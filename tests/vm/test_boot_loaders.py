#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""The boot controls against the boot loaders themselves, in QEMU without hardware acceleration: what the plugin writes the
boot loader counts, and what the boot loader counted the plugin reads. There is no kernel; the boot loader's script says which
version it would boot. Needs `.ci/install-deps --vm`; is skipped without it.

  test_boot_loaders.py uboot|grub DRIVER KEYFILE
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).parent
SECTOR = 512
START = 2048
# A boot takes about a second; a machine under load may take far longer.
BOOT_TIMEOUT_S = 240
CUTS = 20
UBOOT_ROM = "/usr/lib/u-boot/qemu-x86/u-boot.rom"
GRUB_BOOT = "/usr/lib/grub/i386-pc/boot.img"
TOOLS = {
    "uboot": ["qemu-system-x86_64", "mcopy", "mkfs.vfat", "sfdisk", "mkimage", "mkenvimage", UBOOT_ROM],
    "grub": ["qemu-system-x86_64", "mcopy", "mkfs.vfat", "sfdisk", "grub-mkimage", "grub-editenv", GRUB_BOOT],
}


def run(*argv, **kwargs):
    return subprocess.run([str(word) for word in argv], check=True, capture_output=True, **kwargs).stdout


def joined(machine, kind):
    """The script that counts, as on a device, and behind it what says in place of a kernel which version was chosen."""
    script = machine.folder / f"script.{kind}"
    script.write_text("".join((HERE / f"{part}.{kind}").read_text() for part in ("count", "say")))
    return script


class Machine:
    """A disk with one FAT partition, on which the boot loader keeps its counter."""

    def __init__(self, folder):
        self.folder = folder
        self.disk = folder / "disk.img"
        self.fat = folder / "fat.img"
        with open(self.fat, "wb") as file:
            file.truncate(32 << 20)
        run("mkfs.vfat", "-F", "16", self.fat)

    def make_disk(self):
        with open(self.disk, "wb") as file:
            file.truncate(START * SECTOR + (32 << 20))
        run("sfdisk", "-q", self.disk, input=f"label: dos\nstart={START},type=e,bootable\n".encode())
        run("dd", f"if={self.fat}", f"of={self.disk}", f"bs={SECTOR}", f"seek={START}", "conv=notrunc")

    def put(self, path, name):
        run("mcopy", "-o", "-i", self.fat, path, f"::/{name}")

    # The boot loader and the plugin take turns: the file goes to the disk before a boot, and comes back after it.
    def exchange(self, path, name, to_disk):
        image = f"{self.disk}@@{START * SECTOR}"
        ends = [path, f"::/{name}"]
        run("mcopy", "-o", "-i", image, *(ends if to_disk else reversed(ends)))

    def command(self, firmware, console):
        return ["qemu-system-x86_64", "-machine", "pc", "-accel", "tcg", "-cpu", "qemu64", "-m", "256", "-nodefaults",
                "-no-user-config", "-display", "none", "-no-reboot", *firmware,
                "-drive", f"file={self.disk},format=raw,if=none,id=d0", "-device", "virtio-blk-pci,drive=d0",
                "-serial", f"file:{console}"]

    def boot(self, firmware):
        console = self.folder / "console.log"
        subprocess.run(self.command(firmware, console), check=True, timeout=BOOT_TIMEOUT_S, capture_output=True)
        text = console.read_text(errors="replace")
        chosen = [word for word in ("new", "old") if f"CHOSEN={word};" in text]
        if len(chosen) != 1:
            sys.exit(f"the boot loader chose nothing clear:\n{text[-2000:]}")
        return chosen[0]

    # The power goes after this long, unless the boot is over by then.
    def cut(self, firmware, after_s):
        with subprocess.Popen(self.command(firmware, "/dev/null"), stdout=subprocess.DEVNULL) as process:
            try:
                process.wait(timeout=after_s)
            except subprocess.TimeoutExpired:
                process.kill()


class Loader:
    """A boot loader, and the file in which it counts."""
    firmware = []

    def __init__(self, machine):
        self.machine = machine

    def boot(self, cut_after_s=None):
        self.machine.exchange(self.env, self.env.name, True)
        if cut_after_s is None:
            chosen = self.machine.boot(self.firmware)
        else:
            chosen = self.machine.cut(self.firmware, cut_after_s)
        self.machine.exchange(self.env, self.env.name, False)
        return chosen


class UBoot(Loader):
    firmware = ["-bios", UBOOT_ROM]

    def __init__(self, machine, drive, keyfile):
        super().__init__(machine)
        self.env = machine.folder / "uboot.env"
        config = machine.folder / "fw_env.config"
        config.write_text(f"{self.env} 0x0 0x4000\n")
        self.command = [drive, keyfile, f"config={config}", "--"]
        run("mkenvimage", "-s", "0x4000", "-o", self.env, "-", input=b"board=x1\n")
        script = machine.folder / "boot.scr"
        run("mkimage", "-A", "x86", "-T", "script", "-C", "none", "-n", "test", "-d", joined(machine, "cmd"), script)
        machine.put(script, "boot.scr")
        machine.put(self.env, "uboot.env")
        machine.make_disk()


class Grub(Loader):
    def __init__(self, machine, drive, keyfile):
        super().__init__(machine)
        self.env = machine.folder / "grubenv"
        self.command = [drive, keyfile, f"env={self.env}", "--"]
        run("grub-editenv", self.env, "create")
        core = machine.folder / "core.img"
        run("grub-mkimage", "-O", "i386-pc", "-p", "(hd0,msdos1)/", "-o", core, "biosdisk", "part_msdos", "fat",
            "loadenv", "test", "normal", "configfile", "echo", "serial", "terminal", "reboot", "minicmd")
        machine.put(joined(machine, "cfg"), "grub.cfg")
        machine.put(self.env, "grubenv")
        machine.make_disk()
        run("dd", f"if={GRUB_BOOT}", f"of={machine.disk}", "bs=1", "count=440", "conv=notrunc")
        run("dd", f"if={core}", f"of={machine.disk}", f"bs={SECTOR}", "seek=1", "conv=notrunc")


class Scenario:
    def __init__(self, loader):
        self.loader = loader

    def drive(self, *words):
        return run(*self.loader.command, *words).decode().strip()

    def expect(self, status):
        found = self.drive("status")
        if found != status:
            sys.exit(f"the status is \"{found}\", wanted \"{status}\"")

    def boots(self, wanted):
        found = self.loader.boot()
        if found != wanted:
            sys.exit(f"the boot loader chose {found}, wanted {wanted}")

    def good_version(self):
        self.drive("arm", "2")
        self.expect("normal 2")
        self.boots("new")
        self.expect("trial 1")
        self.drive("good")
        self.expect("normal 0")
        self.boots("new")
        self.expect("normal 0")

    def never_confirmed(self):
        self.drive("arm", "2")
        self.boots("new")
        self.boots("new")
        self.expect("trial 0")
        self.boots("old")
        self.expect("fell-back 0")
        self.drive("good")
        self.expect("normal 0")
        self.boots("new")

    def refused_version(self):
        self.drive("arm", "2")
        self.boots("new")
        self.drive("bad")
        self.boots("old")
        self.expect("fell-back 0")
        self.drive("good")

    # Wherever the power goes, the count is one that the plugin can read, and the device ends on the old version after the
    # one try that it has. The last points come after the boot, when nothing is written any more.
    def power_cuts(self):
        begin = time.monotonic()
        self.boots("new")
        boot_s = time.monotonic() - begin
        counted = 0
        for point in range(CUTS):
            self.drive("arm", "1")
            self.loader.boot(cut_after_s=boot_s * 1.2 * point / CUTS)
            status = self.drive("status")
            if status not in ("normal 1", "trial 0"):
                sys.exit(f"after a power cut the status is \"{status}\"")
            counted += status == "trial 0"
            if status == "normal 1":
                self.boots("new")
            self.boots("old")
            self.expect("fell-back 0")
            self.drive("good")
        print(f"power cuts: {CUTS} points, {counted} of them after the boot was counted")


def main():
    name, drive, keyfile = sys.argv[1:4]
    missing = [tool for tool in TOOLS[name] if shutil.which(tool) is None and not pathlib.Path(tool).is_file()]
    if missing:
        print(f"skipped, without {', '.join(missing)}: .ci/install-deps --vm")
        sys.exit(77)
    with tempfile.TemporaryDirectory(prefix="pawl-vm-") as folder:
        loader = {"uboot": UBoot, "grub": Grub}[name](Machine(pathlib.Path(folder)), drive, keyfile)
        scenario = Scenario(loader)
        for part in (scenario.good_version, scenario.never_confirmed, scenario.refused_version, scenario.power_cuts):
            begin = time.monotonic()
            part()
            print(f"{name}: {part.__name__}: {time.monotonic() - begin:.1f} s", flush=True)


main()
