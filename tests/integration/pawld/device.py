# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""A device in a folder: a private bus, the real pawld and the real pawlctl, and versions that are files.

The exec installer's executable keeps what runs in running-ECU and what boots next in next-ECU; a reboot is another
pawld over the same folder, after what a boot loader would have done.
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

BUILD = pathlib.Path(os.environ["PAWL_BUILD"])
# What nobody should ever have to wait for on a loaded machine.
PATIENCE_S = 60

COMMAND = """#!/bin/sh
cd $PAWL_STATE_DIR/../../.. || exit 1
test -e fail-$1 && { echo "told to fail" >&2; exit 1; }
case $1 in
verify-reboot) cat running-$PAWL_ECU 2>/dev/null || : ;;
download) cat <&3 >payload-$PAWL_ECU.new && mv payload-$PAWL_ECU.new payload-$PAWL_ECU ;;
install) printf 'name=%s\\nsha256=%s\\n' "$PAWL_TARGET_NAME" "$PAWL_TARGET_SHA256" >n && mv n new-$PAWL_ECU ;;
activate) cp new-$PAWL_ECU n && mv n next-$PAWL_ECU ;;
rollback) rm -f next-$PAWL_ECU
  grep -qsx "name=$PAWL_TARGET_NAME" running-$PAWL_ECU || exit 0
  if test -e old-$PAWL_ECU; then cp old-$PAWL_ECU n && mv n next-$PAWL_ECU; fi ;;
commit) rm -f new-$PAWL_ECU ;;
cleanup) rm -f new-$PAWL_ECU ;;
*) exit 64 ;;
esac
"""


# Anybody may connect and send, as on a system bus with our policy.
BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>custom</type><listen>unix:path={path}</listen><auth>EXTERNAL</auth>
<servicedir>{services}</servicedir>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_type="*"/><allow receive_type="*"/>
</policy></busconfig>
"""


class Device:
    def __init__(self, ecus=("main",)):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="pawl-device-"))
        self.ecus = ecus
        self.plugin_folders = sorted(path.parent for path in (BUILD / "plugins").glob("*/*.plugin"))
        self.plugin_folders.append(BUILD / "tests/integration/pawld")
        self.arguments = [f"--plugin-host={BUILD}/core/daemon/pawl-plugin-host"]
        self.folder.chmod(0o755)
        self.daemon = None
        self.bus = None
        self.address = self.prepare()
        self.env = dict(os.environ, DBUS_SYSTEM_BUS_ADDRESS=self.address, LC_ALL="C.UTF-8")

    def prepare(self):
        """Makes all that is there before the daemon, and says where the bus is."""
        self.write("command", COMMAND).chmod(0o755)
        for ecu in self.ecus:
            self.write(f"running-{ecu}", "name=old\nsha256=" + "0" * 64 + "\n")
        config = self.write("bus.conf", BUS.format(path=self.folder / "bus", services=self.folder / "services"))
        self.bus = subprocess.Popen(
            ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address=1"],
            stdout=subprocess.PIPE, text=True,
        )
        return self.bus.stdout.readline().strip()

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def read(self, name):
        return (self.folder / name).read_text()

    def log(self):
        try:
            return self.read("log")
        except OSError:
            return ""

    def running(self, ecu="main"):
        return self.read(f"running-{ecu}").splitlines()[0].removeprefix("name=")

    def configure(self, daemon="", rest="", installer="exec"):
        command = f"command={self.folder}/command\n" if installer == "exec" else ""
        ecus = "".join(
            f"[ecu:{ecu}]\ninstaller={installer}\nserial={ecu}-1\nhardware-id=board\n{command}"
            for ecu in self.ecus
        )
        self.write(
            "pawld.conf",
            f"[daemon]\nstate-dir={self.folder}/state\nboot-control=file\nidle-exit-s=0\n"
            f"reboot-command=/usr/bin/touch {self.folder}/reboot-wanted\n{daemon}"
            f"[plugin:file]\nboot-file={self.folder}/boot\n{ecus}{rest}",
        )

    def forbidden(self, method, *arguments):
        """Whether somebody who is not root is refused, by name."""
        answer = subprocess.run(
            ["setpriv", "--reuid=65534", "--clear-groups", "gdbus", "call", f"--address={self.address}",
             "--dest=org.pawl.Update1", "--object-path=/org/pawl/Update1", f"--method=org.pawl.Update1.{method}",
             *arguments, "@a{sv} {}"],
            capture_output=True, text=True)
        return "org.pawl.Error.NotAuthorized" in answer.stderr

    def daemon_command(self):
        return [
            BUILD / "core/daemon/pawld",
            f"--config={self.folder}/pawld.conf",
            f"--address={self.address}",
            *(f"--plugin-dir={folder}" for folder in self.plugin_folders),
            *self.arguments,
        ]

    def start(self, wrapper=()):
        log = open(self.folder / "log", "a")
        self.daemon = subprocess.Popen([*wrapper, *self.daemon_command()], stdout=log, stderr=log, env=self.env)
        self.wait_for(self.has_name)

    def has_name(self):
        if self.daemon.poll() is not None:
            raise RuntimeError("pawld ended: " + self.read("log"))
        return self.owned("org.pawl.Update1")

    def owned(self, name):
        answer = subprocess.run(
            ["dbus-send", f"--bus={self.address}", "--print-reply=literal", "--dest=org.freedesktop.DBus", "/",
             "org.freedesktop.DBus.NameHasOwner", f"string:{name}"],
            capture_output=True, text=True)
        return "true" in answer.stdout

    def wait_for(self, condition):
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(self.log())
            time.sleep(0.02)

    def stop(self, how=signal.SIGTERM):
        if self.daemon is None:
            return None
        if self.daemon.poll() is None:
            self.daemon.send_signal(how)
        status = self.daemon.wait(PATIENCE_S)
        self.daemon = None
        return status

    def ctl(self, *arguments):
        command = [BUILD / "core/cli/pawlctl", *arguments]
        return subprocess.run(command, capture_output=True, text=True, env=self.env, timeout=PATIENCE_S * 2)

    def bus_error(self, method):
        """What the bus says of a step that fails."""
        answer = subprocess.run(
            ["gdbus", "call", f"--address={self.address}", "--dest=org.pawl.Update1", "--timeout=60",
             "--object-path=/org/pawl/Update1", f"--method=org.pawl.Update1.{method}", "@a{sv} {}"],
            capture_output=True, text=True)
        assert answer.returncode != 0, answer
        return answer.stderr

    def json(self, *arguments):
        return json.loads(self.ctl("--json", *arguments).stdout)

    def state(self):
        """Empty when the daemon does not answer."""
        return self.json("status").get("state", "")

    def boot(self):
        """What the boot loader does: it counts, and it boots what is next."""
        boot = self.folder / "boot"
        if boot.exists() and "upgrade_available=1" in boot.read_text():
            lines = [
                f"bootcount={int(line.partition('=')[2]) + 1}" if line.startswith("bootcount=") else line
                for line in boot.read_text().splitlines()
            ]
            boot.write_text("\n".join(lines) + "\n")
        for ecu in self.ecus:
            upcoming = self.folder / f"next-{ecu}"
            if upcoming.exists():
                shutil.copy(self.folder / f"running-{ecu}", self.folder / f"old-{ecu}")
                upcoming.rename(self.folder / f"running-{ecu}")
        (self.folder / "reboot-wanted").unlink(missing_ok=True)

    def close(self):
        self.stop(signal.SIGKILL)
        if self.bus is not None:
            self.bus.terminate()
            self.bus.wait()
            self.bus.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Skip(Exception):
    """Why a test cannot be run here."""


def need_root():
    if os.geteuid() != 0:
        raise Skip("wants to be root")


def run(tests, make=Device):
    """Runs functions that take a device of the kind that @make makes, and says how they went in TAP."""
    failed = 0
    print(f"1..{len(tests)}")
    for number, test in enumerate(tests, 1):
        device = make()
        name = test.__name__.removeprefix("test_").replace("_", "-")
        try:
            test(device)
            print(f"ok {number} {name}", flush=True)
        except Skip as reason:
            print(f"ok {number} {name} # SKIP {reason}", flush=True)
        except Exception:
            failed += 1
            print(f"not ok {number} {name}", flush=True)
            print(traceback.format_exc() + device.log(), file=sys.stderr)
        finally:
            device.close()
    sys.exit(failed > 0)
