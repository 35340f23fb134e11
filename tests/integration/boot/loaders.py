# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""What boot loaders, firmware and the makers of boot entries do, done by hand on folders. Each loader has two versions, "old"
and "new"; its boot control runs as a program of its own."""

import os
import pathlib
import shutil
import subprocess
import tempfile

SECTOR_SIZE = 512
VENDORS = {"Boot": "8be4df61-93ca-11d2-aa0d-00e098032b8c", "Load": "4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"}


def run(*argv, check=True, **options):
    done = subprocess.run([str(word) for word in argv], capture_output=True, text=True, **options)
    if check and done.returncode != 0:
        raise AssertionError(f"{argv}: status {done.returncode}: {done.stderr}")
    return done


class Loader:
    """A world in a folder of its own, in which the old version runs."""

    # Whether arming makes the new version the next boot: the entries take turns, and the new one has one try.
    takes_turns = False
    # The files, below the folder, in which garbage has to be found out.
    guarded = ()

    def __init__(self, drive, keyfile, kill_point):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="pawl-boot-"))
        self.drive = drive
        self.keyfile = keyfile
        self.kill_point = kill_point
        self.settings = {"state-dir": self.folder}
        self.make()

    def close(self):
        shutil.rmtree(self.folder)

    def call(self, *words, kill_at=0):
        """The number of points that the call passed, or None when it was killed at one."""
        count = self.folder / "count"
        environment = dict(os.environ, LD_PRELOAD=str(self.kill_point), PAWL_KILL_AT=str(kill_at), PAWL_KILL_WRITES="1",
                           PAWL_KILL_COUNT=str(count), ASAN_OPTIONS="verify_asan_link_order=0")
        done = run(self.drive, self.keyfile, *(f"{key}={value}" for key, value in self.settings.items()), "--", *words,
                   env=environment, check=False)
        if done.returncode == -9:
            self.lose_power()
            return None
        if done.returncode != 0:
            raise AssertionError(f"{words}: {done.stderr}")
        return int(count.read_text())

    def ask(self):
        """The exit status of the question how it stands, the answer, and what is wrong."""
        done = run(self.drive, self.keyfile, *(f"{key}={value}" for key, value in self.settings.items()), "--", "status",
                   check=False)
        return done.returncode, done.stdout.strip(), done.stderr.strip()

    def status(self):
        code, answer, wrong = self.ask()
        assert code == 0, wrong
        return answer

    # ---- for each loader ----

    def make(self):
        raise NotImplementedError

    def lose_power(self):
        """What is not on the disk is gone."""

    def boot(self):
        """The version that runs then."""
        raise NotImplementedError

    def activate(self):
        """The installer makes the new version the next boot."""

    def take_back(self):
        """The installer makes the old version the next boot again."""


class Default(Loader):
    """A boot loader that counts; the installer says which version is the default, and the loader falls back to the other."""

    def __init__(self, *arguments):
        self.default = "old"
        super().__init__(*arguments)

    def activate(self):
        self.default = "new"

    def take_back(self):
        self.default = "old"

    def other(self):
        return "old" if self.default == "new" else "new"


class UBoot(Default):
    """With a redundant environment."""

    def make(self):
        config = self.folder / "fw_env.config"
        copies = [self.folder / name for name in ("first", "second")]
        for copy in copies:
            copy.write_bytes(bytes(0x4000))
        config.write_text("".join(f"{copy} 0x0 0x4000\n" for copy in copies))
        self.settings["config"] = config
        (self.folder / "initial").write_text("board=x1\n")
        run("fw_setenv", "-c", config, "-f", self.folder / "initial", "board", "x1")

    def get(self, name):
        return int(run("fw_printenv", "-c", self.settings["config"], "-n", name, check=False).stdout.strip() or 0)

    def set(self, name, value):
        run("fw_setenv", "-c", self.settings["config"], name, value)

    def boot(self):
        if self.get("upgrade_available") == 1:
            self.set("bootcount", self.get("bootcount") + 1)
            if self.get("bootcount") > self.get("bootlimit"):
                self.set("rollback", 1)
        return self.other() if self.get("rollback") == 1 else self.default


class File(Default):
    guarded = ("boot",)

    def make(self):
        self.path = self.folder / "boot"
        self.settings["boot-file"] = self.path

    def boot(self):
        lines = self.path.read_text().splitlines() if self.path.exists() else []
        values = dict(line.split("=") for line in lines if "=" in line)
        if values.get("upgrade_available") == "1":
            values["bootcount"] = str(int(values["bootcount"]) + 1)
            if int(values["bootcount"]) > int(values["bootlimit"]):
                values["rollback"] = "1"
            self.path.write_text("[Boot]\n" + "".join(f"{key}={value}\n" for key, value in values.items()))
        return self.other() if values.get("rollback") == "1" else self.default


class GrubEnv:
    """The block, and as much in it that the variables stand on both sides of a sector's border."""

    guarded = ("grubenv",)

    def make(self):
        self.env = self.folder / "grubenv"
        self.settings["env"] = self.env
        run("grub-editenv", self.env, "create")
        self.set(board="x" * 430)

    def values(self):
        return dict(line.split("=", 1) for line in run("grub-editenv", self.env, "list").stdout.splitlines())

    def set(self, **values):
        run("grub-editenv", self.env, "set", *(f"{key}={value}" for key, value in values.items()))


class GrubCounter(GrubEnv, Default):
    """tests/vm/count.cfg."""

    def boot(self):
        values = self.values()
        if not values.get("boot_counter") or values.get("boot_success") != "0":
            return self.default
        counter = int(values["boot_counter"])
        self.set(boot_counter=counter - 1 if counter > 0 else -1)
        return self.default if counter > 0 else self.other()


class GrubOneShot(GrubEnv, Loader):
    takes_turns = True

    def make(self):
        super().make()
        self.settings |= {"strategy": "one-shot", "entries": "old;new", "entry-parameter": "pawl.entry",
                          "cmdline": self.folder / "cmdline"}
        self.set(saved_entry="old")
        self.settings["cmdline"].write_text("quiet pawl.entry=old\n")

    def boot(self):
        values = self.values()
        chosen = values.get("next_entry") or values["saved_entry"]
        if values.get("next_entry"):
            self.set(next_entry="")
        self.settings["cmdline"].write_text(f"quiet pawl.entry={chosen}\n")
        return chosen


class Firmware(Loader):
    """Variables in files, as efivarfs shows them. The kernel takes one write as a whole value and keeps the old one until
    then; a file shows only what is being written."""

    def make(self):
        self.efivars = self.folder / "efivars"
        self.efivars.mkdir()
        self.settings["efivars"] = self.efivars
        self.stored = {}

    def path(self, name):
        return self.efivars / f"{name}-{VENDORS[name[:4]]}"

    def get(self, name):
        return self.path(name).read_bytes()[4:] if self.path(name).exists() else b""

    def set(self, name, data):
        self.path(name).write_bytes(b"\7\0\0\0" + data)

    def remove(self, name):
        self.path(name).unlink(missing_ok=True)

    def call(self, *words, kill_at=0):
        self.stored = {path: path.read_bytes() for path in self.efivars.iterdir()}
        return super().call(*words, kill_at=kill_at)

    def lose_power(self):
        for path in self.efivars.iterdir():
            if path.stat().st_size > 0:
                continue
            if path in self.stored:
                path.write_bytes(self.stored[path])
            else:
                path.unlink()


class Efi(Firmware):
    takes_turns = True
    guarded = ("efi", f"efivars/BootNext-{VENDORS['Boot']}", f"efivars/BootCurrent-{VENDORS['Boot']}")
    entries = {"old": b"\1\0", "new": b"\2\0"}

    def make(self):
        super().make()
        self.settings["entries"] = "0001;0002"
        for name in ("Boot0001", "Boot0002"):
            self.set(name, b"x")
        self.set("BootOrder", b"\1\0\5\0\2\0")
        self.set("BootCurrent", b"\1\0")

    def boot(self):
        chosen = self.get("BootNext") or self.get("BootOrder")[:2]
        self.remove("BootNext")
        self.set("BootCurrent", chosen)
        return {number: name for name, number in self.entries.items()}[chosen]


class SystemdBootCounting(Firmware):
    def make(self):
        super().make()
        self.directory = self.folder / "entries"
        self.directory.mkdir()
        self.settings |= {"entries-dir": self.directory, "tries-file": self.folder / "tries"}
        (self.directory / "old.conf").write_text("title old\n")
        self.set("LoaderInfo", "systemd-boot\0".encode("utf-16le"))

    def activate(self):
        tries = self.settings["tries-file"]
        if not list(self.directory.glob("new*")):
            (self.directory / (f"new+{tries.read_text().strip()}.conf" if tries.exists() else "new.conf")).write_text("title new\n")

    def boot(self):
        self.remove("LoaderBootCountPath")
        found = list(self.directory.glob("new*"))
        if not found:
            return "old"
        name, plus, counter = found[0].name.removesuffix(".conf").partition("+")
        if not plus:
            return "new"
        left, _, done = counter.partition("-")
        if int(left) == 0:
            return "old"
        renamed = found[0].rename(self.directory / f"{name}+{int(left) - 1}-{int(done or 0) + 1}.conf")
        self.set("LoaderBootCountPath", f"\\loader\\entries\\{renamed.name}\0".encode("utf-16le"))
        return "new"


class SystemdBootOneShot(Firmware):
    takes_turns = True
    guarded = ("systemd-boot", f"efivars/LoaderEntrySelected-{VENDORS['Load']}")

    def make(self):
        super().make()
        self.settings |= {"strategy": "one-shot", "entries": "old;new"}
        self.select("old")

    def select(self, chosen):
        self.set("LoaderEntrySelected", f"{chosen}\0".encode("utf-16le"))
        return chosen

    def boot(self):
        chosen = self.get("LoaderEntryOneShot") or self.get("LoaderEntryDefault")
        self.remove("LoaderEntryOneShot")
        return self.select(chosen.decode("utf-16le").rstrip("\0") or "old")


class Rpi(Loader):
    takes_turns = True
    guarded = ("rpi", "chosen/bootloader/partition")
    partitions = {2: "old", 3: "new"}

    def make(self):
        self.boots = 0
        (self.folder / "chosen" / "bootloader").mkdir(parents=True)
        self.settings |= {"partitions": "2;3", "device-tree": self.folder, "autoboot": self.folder / "autoboot.txt",
                          "reboot-parameter": self.folder / "reboot-param", "boot-id": self.folder / "boot-id"}
        self.settings["autoboot"].write_text("[all]\nboot_partition=2\n")
        self.booted(2)

    def booted(self, partition):
        self.boots += 1
        self.settings["boot-id"].write_text(f"boot-{self.boots}\n")
        (self.folder / "chosen" / "bootloader" / "partition").write_bytes(bytes([0, 0, 0, partition]))
        return self.partitions[partition]

    def lose_power(self):
        self.settings["reboot-parameter"].unlink(missing_ok=True)

    def boot(self):
        sections = {}
        for line in self.settings["autoboot"].read_text().splitlines():
            if line.startswith("["):
                section = sections.setdefault(line.strip("[]"), {})
            elif "=" in line:
                section.update([line.split("=")])
        parameter = self.settings["reboot-parameter"]
        tries = parameter.exists() and parameter.read_text() == "0 tryboot\n"
        parameter.unlink(missing_ok=True)
        return self.booted(int(sections["tryboot" if tries else "all"]["boot_partition"]))


LOADERS = {
    "uboot": UBoot, "file": File, "grub-counter": GrubCounter, "grub-one-shot": GrubOneShot, "efi": Efi,
    "systemd-boot-counting": SystemdBootCounting, "systemd-boot-one-shot": SystemdBootOneShot, "rpi": Rpi,
}
