# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""pawld is killed before and after every call by which it changes the disk, and with the executable of the exec installer
before, in and after every command by which that one does, in an update that is kept and in one that is rejected, and
started again: the device ends on the new version or on the old one, it is told truthfully, and no report is lost.

With an argument N only every Nth point is tried, from the first one or from that of a second argument.
"""

import contextlib
import functools
import http.server
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading

import device
from device import BUILD, Device
from repository import Repository

STRIDE = int(sys.argv[1]) if len(sys.argv) > 1 else 1
FIRST = int(sys.argv[2]) if len(sys.argv) > 2 else 1
NAMES = {True: "kept", False: "rejected"}

# Before the executable's own text: what changes the disk passes points, and at one of them the power goes.
POINTS = """#!/bin/sh
step=$1
point () {
  n=$(($(command cat points 2>/dev/null || echo 0) + 1))
  echo $n >points
  test $n != "$(command cat kill-at 2>/dev/null)" || kill -KILL $PPID $$
}
around () { point; command "$@" || return; point; }
mv () { around mv "$@"; }
cp () { around cp "$@"; }
rm () { around rm "$@"; }
printf () { around printf "$@"; }
cat () {
  test $step = download || { command cat "$@"; return; }
  point
  head -c 5
  point
  command cat
  point
}
"""


class Sink(http.server.BaseHTTPRequestHandler):
    """Keeps every report that is posted."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.reports.append(json.loads(body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *arguments):
        pass


class Scenario:
    """One device on its way, which is killed at one point of one of its boots."""

    def __init__(self, repository, sink, confirm):
        self.device = Device()
        self.confirm = confirm
        self.sink = sink
        sink.reports.clear()
        url = f"http://127.0.0.1:{sink.server_address[1]}/"
        self.device.configure(
            daemon="verifier=tuf\nplugins=http;file;exec;tuf;user\n",
            rest=f"[plugin:tuf]\nmetadata-urls={repository.public.as_uri()}\nroot-file={repository.root}\n"
                 f"report-url={url}\n[policy]\npoll-interval-s=0\nbackoff-min-s=1\n[trial]\nrequired=user\n")

    def close(self):
        log = self.device.folder / "log"
        if sys.exc_info()[0] is not None and log.exists():
            print(log.read_text(), file=sys.stderr)
        self.device.close()

    def start(self, kill_at=0):
        preload = {"LD_PRELOAD": str(BUILD / "tests/support/pawl-kill-point.so"), "PAWL_KILL_AT": str(kill_at),
                   "PAWL_KILL_COUNT": str(self.device.folder / "passed")}
        plain = self.device.env
        self.device.env = plain | preload
        try:
            self.device.start()
        except RuntimeError:
            pass  # killed before it had its name
        finally:
            self.device.env = plain

    def take_points(self, kill_at):
        """Gives the executable points, and has the power go at one of them; 0 is none."""
        path = self.device.folder / "command"
        path.write_text(POINTS + path.read_text())
        self.device.write("kill-at", str(kill_at))

    def is_dead(self):
        return self.device.daemon.poll() is not None

    def revive(self):
        if self.is_dead():
            self.device.stop()
            self.device.start()

    def passed(self):
        """How many points the daemon passes until here; it is stopped for that."""
        self.device.stop()
        return int(self.device.read("passed"))

    def drive(self):
        """What happens in one boot: people ask and answer, and the device may be told to reboot."""
        status = self.device.ctl("--json", "status")
        if status.returncode != 0:
            return None
        state = json.loads(status.stdout)["state"]
        if state in ("idle", "available", "fetched", "installed"):
            self.device.ctl("update")
        elif state == "trial":
            self.device.ctl("confirm" if self.confirm else "reject")
        return state

    def rebooting(self):
        return (self.device.folder / "reboot-wanted").exists()

    def over(self):
        history = self.device.ctl("--json", "history")
        return history.returncode == 0 and json.loads(history.stdout)["reports"] and self.device.state() == "idle"

    def until_reboot(self):
        def done():
            if self.is_dead() or self.rebooting() or self.over():
                return True
            self.drive()
            return False
        self.device.wait_for(done)

    def finish(self):
        """Goes on, through as many boots as it takes, until the update is over."""
        for _ in range(6):
            self.revive()
            self.until_reboot()
            if self.rebooting():
                self.device.stop()
                self.device.boot()
                self.device.start()
            elif self.over():
                return
        raise AssertionError("it does not end: " + self.device.read("log"))

    def check(self):
        # The point may lie behind the end of the update: while the report is sent.
        self.device.wait_for(self.has_sent_all)
        running = self.device.running()
        results = self.device.json("history")["reports"]
        assert running == ("app-2" if results[0]["success"] else "old"), (running, results)
        assert "upgrade_available=1" not in self.device.read("boot"), self.device.read("boot")
        assert not (self.device.folder / "next-main").exists()
        if self.confirm:
            assert running == "app-2", results
        told = [(report["id"], report["success"]) for report in self.sink.reports if report["kind"] == "installation"]
        assert (results[0]["id"], results[0]["success"]) in told, (results, told)

    def has_sent_all(self):
        self.revive()
        if not list((self.device.folder / "state/outbox").glob("*.report")):
            return True
        self.device.ctl("check")
        return False


def go(repository, sink, confirm, boot, kill_at):
    """Kills the daemon of boot number BOOT at the point KILL_AT; 0 kills nothing and counts the points."""
    with contextlib.closing(Scenario(repository, sink, confirm)) as scenario:
        for number in range(boot):
            scenario.start()
            scenario.until_reboot()
            scenario.device.stop()
            scenario.device.boot()
        scenario.start(kill_at)
        if not scenario.is_dead():
            scenario.until_reboot()
        if kill_at == 0:
            return scenario.passed()
        scenario.finish()
        scenario.check()
        return 1


def go_with_executable(repository, sink, confirm, kill_at):
    """The same for the executable, over all the boots of an update."""
    with contextlib.closing(Scenario(repository, sink, confirm)) as scenario:
        scenario.take_points(kill_at)
        scenario.start()
        scenario.finish()
        scenario.check()
        return int(scenario.device.read("points")) if kill_at == 0 else 1


def try_all(case, name, run):
    """How many points were tried, and whether all ended well."""
    tried = point = 0
    try:
        points = run(0)
        for point in range(FIRST, points + 1, STRIDE):
            tried += run(point)
        print(f"ok {case} {name}", flush=True)
        print(f"# {points} points, every {STRIDE}", flush=True)
        return tried, True
    except Exception as error:
        print(f"not ok {case} {name}\n# point {point}", flush=True)
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return tried, False


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="pawl-kill-"))
    results = []
    print("1..6")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sink) as sink:
        sink.reports = []
        thread = threading.Thread(target=sink.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        repository = Repository(folder / "repository")
        repository.add("app-2", "2", b"the second version")
        runs = [(f"{NAMES[confirm]}-boot-{boot}", functools.partial(go, repository, sink, confirm, boot))
                for confirm, boot in ((True, 0), (True, 1), (False, 1), (False, 2))]
        runs += [(f"{NAMES[confirm]}-executable", functools.partial(go_with_executable, repository, sink, confirm))
                 for confirm in (True, False)]
        for case, (name, run) in enumerate(runs, 1):
            results.append(try_all(case, name, run))
        sink.shutdown()
        thread.join()
    shutil.rmtree(folder)
    print(f"# {sum(tried for tried, _ in results)} kill points tried", flush=True)
    sys.exit(not all(well for _, well in results))


main()
