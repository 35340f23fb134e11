# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""A user interface that drives the real pawld by PawlClient: properties to bind to, calls to await, errors of Pawl's domain,
signals, and a daemon that comes and goes. The arguments are the program to run: ui.py or ui.js, and its interpreter."""

import json
import subprocess
import sys

import device
from repository import Repository

PROGRAM = sys.argv[1:]
NORMAL = ["checking", "available", "fetching", "fetched", "installing", "installed"]


def configure(pawl):
    repository = Repository(pawl.folder / "repository")
    repository.add("app-2", "2", b"the second version")
    pawl.configure(
        daemon="verifier=tuf\nplugins=file;exec;tuf;user\n",
        rest=f"[plugin:tuf]\nmetadata-urls={repository.public.as_uri()}\nroot-file={repository.root}\n"
             "[policy]\npoll-interval-s=0\nreboot=manual\n[trial]\nrequired=user\n")
    return repository


class Ui:
    """One scene, to its end; a UI that does not end by itself fails."""

    def __init__(self, pawl, scene):
        self.process = subprocess.Popen([*PROGRAM, scene], env=pawl.env, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def next(self):
        return json.loads(self.process.stdout.readline())

    def rest(self):
        out, err = self.process.communicate(timeout=device.PATIENCE_S)
        assert self.process.returncode == 0 and err == "", (self.process.returncode, out, err)
        return [json.loads(line) for line in out.splitlines()]


def play(pawl, scene):
    with Ui(pawl, scene) as ui:
        return ui.rest()


def each_in_turn(shown, wanted):
    """@wanted, in this order, among what was shown."""
    rest = iter(shown)
    return all(line in rest for line in wanted)


def test_an_update_is_followed_approved_and_confirmed(pawl):
    configure(pawl)
    pawl.start()
    shown = play(pawl, "update")
    # A label may see less than every state, as properties change together, but never another order.
    states = [line["state"] for line in shown if "state" in line]
    assert states[0] == "idle" and states[-1] in ("installed", "activating"), shown
    assert each_in_turn(NORMAL + ["activating"], states[1:]), shown
    assert each_in_turn(shown, [{"available": "app-2"}, {"installed": "old"}, {"reboot-pending": True}]), shown
    assert any("happened" in line for line in shown), shown
    pawl.wait_for((pawl.folder / "reboot-wanted").exists)
    pawl.stop()
    pawl.boot()
    pawl.start()
    assert play(pawl, "judge") == [{"success": True}, {"installed": "app-2"}]
    assert pawl.state() == "idle" and pawl.running() == "app-2"


def test_a_refusal_is_an_error_of_pawls_domain(pawl):
    repository = configure(pawl)
    for path in (repository.public / "targets").iterdir():
        path.write_bytes(b"the second Version")
    pawl.start()
    assert play(pawl, "refusals") == [
        {"error": "WRONG_STATE"}, {"error": "NOT_TRUSTED"}, {"state": "idle"}]


def test_an_inhibitor_is_held_and_let_go(pawl):
    configure(pawl)
    pawl.start()
    assert play(pawl, "inhibit") == [{"who": "ui"}, {"who": None}]


def test_a_daemon_comes_and_goes(pawl):
    configure(pawl)
    with Ui(pawl, "running") as ui:
        assert ui.next() == {"running": False}
        pawl.start()
        assert ui.next() == {"running": True}
        pawl.stop()
        assert ui.rest() == [{"running": False}]


device.run([value for name, value in list(globals().items()) if name.startswith("test_")])
