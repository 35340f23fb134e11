# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""What people say over the bus while the daemon works: approvals and deferrals of later steps, and versions to be tried
again."""

import threading

import device
from repository import Quiet, Repository

# pawlctl(1): exit status
DONE = 0
WRONG_STATE = 4
WAITING = 8
NOT_FOUND = 12

# An executable that waits in a step for as long as a file is there.
HOLD = """#!/bin/sh
while test -e "$PAWL_STATE_DIR/../../../hold-$1"; do sleep 0.02; done
"""


class Gate(Quiet):
    """Gives out what a test has not closed the gate for."""
    open = threading.Event()
    closed_for = None

    def do_GET(self):
        if self.closed_for is not None and self.closed_for in self.path:
            self.open.wait(device.PATIENCE_S)
        super().do_GET()


def close_gate(part):
    Gate.open.clear()
    Gate.closed_for = part


def configure(pawl, url, repository, policy):
    pawl.configure(
        daemon="verifier=tuf\nplugins=http;file;exec;tuf;user\n",
        rest=f"[plugin:http]\nretries=0\n[plugin:tuf]\nmetadata-urls={url}\nroot-file={repository.root}\n"
             f"[policy]\npoll-interval-s=0\n{policy}[trial]\nrequired=user\n")
    path = pawl.folder / "command"
    path.write_text(HOLD + path.read_text())


def prepare(pawl, policy):
    repository = Repository(pawl.folder / "repository")
    repository.add("app-2", "2", b"the second version")
    configure(pawl, repository.public.as_uri(), repository, policy)
    pawl.start()
    return repository


def reboot(pawl):
    pawl.wait_for((pawl.folder / "reboot-wanted").exists)
    pawl.stop()
    pawl.boot()
    pawl.start()


def reach(pawl, state):
    pawl.wait_for(lambda: pawl.state() == state)


def test_an_installation_is_approved_while_the_download_runs(pawl):
    repository = Repository(pawl.folder / "repository")
    repository.add("app-2", "2", b"the second version")
    with repository.serve(Gate) as url:
        configure(pawl, url, repository, "install=manual\nreboot=manual\n")
        close_gate("/targets/")
        pawl.start()
        assert pawl.ctl("update", "--no-wait").returncode == DONE
        reach(pawl, "fetching")
        assert pawl.ctl("approve", "install").returncode == DONE
        assert pawl.state() == "fetching"
        Gate.open.set()
        reach(pawl, "installed")


def test_a_step_is_approved_while_a_check_runs(pawl):
    repository = Repository(pawl.folder / "repository")
    repository.add("app-2", "2", b"the second version")
    with repository.serve(Gate) as url:
        configure(pawl, url, repository, "download=manual\nreboot=manual\n")
        pawl.start()
        assert pawl.ctl("update").returncode == WAITING and pawl.state() == "available"
        close_gate("timestamp.json")
        assert pawl.ctl("check", "--no-wait").returncode == DONE
        reach(pawl, "checking")
        assert pawl.ctl("approve", "download").returncode == DONE
        Gate.open.set()
        reach(pawl, "installed")


def test_an_answer_is_about_one_update(pawl):
    repository = prepare(pawl, "install=manual\nreboot=manual\n")
    assert pawl.ctl("approve", "install").returncode == WRONG_STATE
    assert pawl.ctl("defer", "install", "+1h").returncode == WRONG_STATE
    assert pawl.ctl("check").returncode == DONE
    reach(pawl, "fetched")
    assert pawl.ctl("approve", "reboot").returncode == DONE
    repository.add("app-3", "3", b"the third version")
    assert pawl.ctl("check").returncode == DONE
    reach(pawl, "fetched")
    assert pawl.ctl("approve", "install").returncode == DONE
    reach(pawl, "installed")
    assert "needs-approval" in pawl.ctl("why").stdout and not (pawl.folder / "reboot-wanted").exists()


def test_the_reboot_is_approved_while_the_installation_runs(pawl):
    prepare(pawl, "reboot=manual\n")
    hold = pawl.write("hold-install", "")
    assert pawl.ctl("update", "--no-wait").returncode == DONE
    reach(pawl, "installing")
    assert pawl.ctl("approve", "reboot").returncode == DONE
    hold.unlink()
    pawl.wait_for((pawl.folder / "reboot-wanted").exists)
    assert pawl.state() == "activating"


def test_a_deferral_holds_and_is_taken_back(pawl):
    prepare(pawl, "reboot=manual\n")
    hold = pawl.write("hold-download", "")
    assert pawl.ctl("update", "--no-wait").returncode == DONE
    reach(pawl, "installing")
    assert pawl.ctl("defer", "reboot", "+1h").returncode == DONE
    assert pawl.ctl("approve", "reboot").returncode == DONE
    hold.unlink()
    reach(pawl, "installed")
    pawl.wait_for(lambda: any(
        entry["reason"] == "deferred" for entry in pawl.json("why")["decisions"]))
    # It is on the disk: another daemon keeps to it.
    pawl.stop()
    pawl.start()
    reach(pawl, "installed")
    assert not (pawl.folder / "reboot-wanted").exists()
    assert pawl.ctl("defer", "reboot", "off").returncode == DONE
    pawl.wait_for((pawl.folder / "reboot-wanted").exists)


def test_a_deferral_ends_by_itself(pawl):
    prepare(pawl, "download=manual\nreboot=manual\n")
    assert pawl.ctl("update").returncode == WAITING
    assert pawl.ctl("defer", "all", "+2s").returncode == DONE
    assert pawl.ctl("approve", "download").returncode == DONE
    assert pawl.state() == "available"
    reach(pawl, "installed")


def test_a_version_that_failed_is_tried_again_when_it_is_forgotten(pawl):
    prepare(pawl, "")
    assert pawl.ctl("forget", "app-2").returncode == NOT_FOUND
    pawl.ctl("update")
    reboot(pawl)
    reach(pawl, "trial")
    assert pawl.ctl("reject").returncode == DONE
    reboot(pawl)
    reach(pawl, "idle")
    assert pawl.ctl("check").returncode != DONE and pawl.state() == "idle"
    assert pawl.ctl("forget", "app-3").returncode == NOT_FOUND
    assert pawl.ctl("forget", "app-2").returncode == DONE
    pawl.ctl("update")
    reboot(pawl)
    reach(pawl, "trial")
    assert pawl.ctl("confirm").returncode == DONE
    reach(pawl, "idle")
    assert pawl.running() == "app-2"


device.run([value for name, value in list(globals().items()) if name.startswith("test_")])
