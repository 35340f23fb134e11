# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""A device in QEMU, without hardware acceleration: a boot loader that counts, a watchdog that resets, lines that are simulated.

The host's way in is a shell on the second serial port; what the boot loader says is on the first one."""

import base64
import json
import re
import socket
import subprocess
import time

UBOOT_ROM = "/usr/lib/u-boot/qemu-x86/u-boot.rom"
# What nobody should have to wait for: a boot takes 20 s on an idle machine, and a loaded one is far slower.
PATIENCE_S = 600


class Lost(Exception):
    """The device is gone, or starts anew: the shell does not answer any more."""


class Shell:
    """One connection to the shell of the guest, which outlives boots: what is sent into the void is sent again."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(path))
        self.buffer = b""
        self.count = 0

    def close(self):
        self.socket.close()

    def read_until(self, pattern, deadline):
        while (found := re.search(pattern, self.buffer)) is None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise Lost("no answer")
            self.socket.settimeout(left)
            try:
                data = self.socket.recv(65536)
            except TimeoutError:
                continue
            except OSError as error:
                raise Lost(str(error)) from error
            if not data:
                raise Lost("the machine ended")
            self.buffer += data
        before, self.buffer = self.buffer[:found.start()], self.buffer[found.end():]
        return before.decode(errors="replace"), found

    def call(self, script, timeout_s):
        """The status and the output."""
        self.count += 1
        word = f"call{self.count}"
        deadline = time.monotonic() + timeout_s
        try:
            self.socket.sendall(b"%s %s\n" % (word.encode(), base64.b64encode(script.encode())))
        except OSError as error:
            raise Lost(str(error)) from error
        self.read_until(rb"<%s>\r?\n" % word.encode(), deadline)
        output, found = self.read_until(rb"\r?\n<%s (\d+)>" % word.encode(), deadline)
        return int(found.group(1)), output.replace("\r\n", "\n")


class VirtualDevice:
    def __init__(self, folder, image, loader):
        self.folder = folder
        self.image = image
        self.firmware = ["-bios", UBOOT_ROM] if loader == "uboot" else []
        self.disk = folder / "disk.qcow2"
        self.console = folder / "console.log"
        self.process = None
        self.shell = None

    # ---- the machine ----

    def new_disk(self):
        """What the factory made; nothing of an earlier life is left."""
        subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-b", self.image, "-F", "raw", self.disk], check=True)

    def command(self):
        # Whatever ends the test, the machine ends with it.
        return ["setpriv", "--pdeathsig=KILL", "qemu-system-x86_64", "-machine", "pc", "-accel", "tcg,thread=multi,tb-size=512", "-cpu", "qemu64",
                "-m", "768", "-nodefaults", "-no-user-config", "-display", "none", *self.firmware,
                "-drive", f"file={self.disk},format=qcow2,if=none,id=disk,cache=writeback,discard=unmap",
                "-device", "virtio-blk-pci,drive=disk", "-device", "virtio-rng-pci",
                "-netdev", "user,id=net", "-device", "virtio-net-pci,netdev=net,romfile=",
                "-device", "i6300esb", "-action", "watchdog=reset",
                "-chardev", f"file,id=console,path={self.console},append=on", "-serial", "chardev:console",
                "-chardev", f"socket,id=shell,path={self.folder}/shell,server=on,wait=off", "-serial", "chardev:shell",
                "-qmp", f"unix:{self.folder}/qmp,server=on,wait=off"]

    def power_on(self, *options):
        self.process = subprocess.Popen([*self.command(), *options], stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                self.shell = Shell(self.folder / "shell")
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def power_off(self):
        """As if the plug were pulled: nothing that the machine did not write is written any more."""
        if self.shell is not None:
            self.shell.close()
            self.shell = None
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
        for name in ("shell", "qmp"):
            (self.folder / name).unlink(missing_ok=True)

    def save(self):
        """Remembers the whole machine as it is, on its disk."""
        with socket.socket(socket.AF_UNIX) as monitor, monitor.makefile("rw") as lines:
            monitor.connect(f"{self.folder}/qmp")
            lines.readline()
            for call in ({"execute": "qmp_capabilities"},
                         {"execute": "human-monitor-command", "arguments": {"command-line": "savevm up"}}):
                lines.write(json.dumps(call) + "\n")
                lines.flush()
                while "return" not in (answer := json.loads(lines.readline())):
                    if "error" in answer:
                        raise RuntimeError(str(answer))
                if answer["return"]:
                    raise RuntimeError(str(answer))

    def recall(self):
        """The machine as it was when it was remembered."""
        self.power_off()
        self.console.write_text("")
        self.power_on("-loadvm", "up")
        self.wait_until_up()

    def boots(self):
        """What the boot loader said at each boot so far."""
        return re.findall(r"^BOOT: (.*?)\s*$", self.console.read_text(errors="replace"), re.MULTILINE)

    # ---- what runs in it ----

    def try_call(self, script, timeout_s=PATIENCE_S):
        return self.shell.call(script, timeout_s)

    def call(self, script, timeout_s=PATIENCE_S):
        status, output = self.try_call(script, timeout_s)
        if status != 0:
            raise RuntimeError(f"{script}: status {status}: {output}")
        return output.strip()

    def wait_for(self, condition, what, patience_s=PATIENCE_S):
        deadline = time.monotonic() + patience_s
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(f"waited {patience_s} s for {what}")
            time.sleep(0.3)

    def wait_until_up(self):
        def answers():
            try:
                return self.try_call("true", 3)[0] == 0
            except Lost:
                if self.process.poll() is not None:
                    raise
                return False
        self.wait_for(answers, "the shell")

    def wait_for_boots(self, number):
        self.wait_for(lambda: len(self.boots()) >= number, f"boot number {number}")

    def fetch(self, url, path):
        """A program from the host; there is nothing but a shell to do it with."""
        host, port, name = re.fullmatch(r"http://(.*):(\d+)/(.*)", url).groups()
        self.call(f"exec 3<>/dev/tcp/{host}/{port}; printf 'GET /{name} HTTP/1.0\\r\\n\\r\\n' >&3; "
                  f"while read -r line <&3 && [ \"$line\" != $'\\r' ]; do :; done; cat <&3 >{path}; chmod 755 {path}")

    def version(self):
        return self.call("cat /usr/share/pawl-vm/version")

    def json(self, *words):
        return json.loads(self.call("pawlctl --json " + " ".join(words)))

    def state(self):
        """Empty while the device is not there to be asked."""
        try:
            status, output = self.try_call("pawlctl --json status", 20)
            return json.loads(output).get("state", "") if status == 0 else ""
        except (Lost, json.JSONDecodeError):
            return ""

    def last_report(self):
        return self.json("history")["reports"][0]

    # ---- the board ----

    def drive_line(self, number, level):
        pull = "pull-up" if level else "pull-down"
        self.call(f"echo {pull} >/sys/devices/platform/gpio-sim.0/gpiochip0/sim_gpio{number}/pull")

    def read_line(self, number):
        return int(self.call(f"cat /sys/devices/platform/gpio-sim.0/gpiochip0/sim_gpio{number}/value"))

    def press(self, number):
        self.drive_line(number, True)
        time.sleep(1)
        self.drive_line(number, False)
