# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""Who may change anything: without polkit only root; with it, whom it allows the one action that belongs to the change."""

import contextlib
import json
import pathlib
import subprocess
import xml.etree.ElementTree

import device

# pawlctl(1): exit status
WRONG_STATE = 4

HERE = pathlib.Path(__file__).parent
POLICY = HERE.parents[2] / "data/polkit/org.pawl.update1.policy"
CHANGES = {
    "Check": (), "Fetch": (), "Install": (), "Activate": (), "Update": (), "Cancel": (), "Confirm": (), "Rollback": (),
    "Reject": ("no",), "Approve": ("all",), "Defer": ("all", "0"), "Inhibit": ("check", "me", "spite"),
    "Forget": ("all",),
}
READS = {"GetHistory": ()}


def action_of(method):
    return f"org.pawl.update1.{method.lower()}"


@contextlib.contextmanager
def polkit(pawl):
    answers = pawl.write("answers", "")
    process = subprocess.Popen(["/usr/bin/python3", HERE / "polkit.py", pawl.address, answers],
                               stdout=subprocess.PIPE, text=True)
    try:
        pawl.wait_for(lambda: pawl.owned("org.freedesktop.PolicyKit1"))
        yield process.stdout
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_without_polkit_only_root_changes_anything(pawl):
    device.need_root()
    pawl.configure()
    pawl.start()
    for method, arguments in CHANGES.items():
        assert pawl.forbidden(method, *arguments), method
    for method, arguments in READS.items():
        assert not pawl.forbidden(method, *arguments), method


def test_polkit_is_asked_for_the_action_of_each_change(pawl):
    device.need_root()
    pawl.configure()
    pawl.start()
    with polkit(pawl) as questions:
        for method, arguments in CHANGES.items():
            pawl.write("answers", "\n".join(action_of(other) for other in CHANGES if other != method))
            assert pawl.forbidden(method, *arguments), method
            assert json.loads(questions.readline()) == [action_of(method), False]
            pawl.write("answers", action_of(method))
            assert not pawl.forbidden(method, *arguments), method
            assert json.loads(questions.readline()) == [action_of(method), False]


def test_a_person_is_asked_only_when_the_caller_allows_it(pawl):
    device.need_root()
    pawl.configure()
    pawl.start()
    with polkit(pawl) as questions:
        assert pawl.forbidden("Check", "--interactive")
        assert json.loads(questions.readline()) == [action_of("Check"), True]


def test_root_needs_no_polkit_and_reading_asks_nobody(pawl):
    device.need_root()
    pawl.configure()
    pawl.start()
    with polkit(pawl) as questions:
        assert pawl.ctl("cancel").returncode == WRONG_STATE
        for method, arguments in READS.items():
            assert not pawl.forbidden(method, *arguments), method
        assert pawl.forbidden("Check")
        assert json.loads(questions.readline())[0] == action_of("Check")


def test_the_policy_names_every_action(pawl):
    actions = {action.get("id") for action in xml.etree.ElementTree.parse(POLICY).iter("action")}
    assert actions == {action_of(method) for method in CHANGES}, actions


device.run([value for name, value in list(globals().items()) if name.startswith("test_")])
