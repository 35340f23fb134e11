# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""A plugin in a process of its own that crashes under the running pawld: the call fails with a clear error on the bus, in the
log and on the command line, the daemon goes on, and the plugin's next process waits longer after each crash in a row."""

import device
from liar import configure, lie

# pawlctl(1): exit status
DONE = 0
WAITING = 8

CRASH = "ended by signal 11"
CALL = "the plugin's process did not answer"
REST = "crashed 2 times in a row; the next try is in 2 s"


def start(pawl):
    configure(pawl, "isolated-plugins=liar\n")
    pawl.start()
    return pawl.daemon.pid


def plugin(pawl):
    return next(entry for entry in pawl.json("plugins")["plugins"] if entry["id"] == "liar")


def ends_installed(pawl, first_daemon):
    pawl.wait_for(lambda: pawl.ctl("update").returncode == WAITING and pawl.state() == "installed")
    assert pawl.daemon.pid == first_daemon and pawl.daemon.poll() is None


def test_a_crash_is_told_everywhere_and_outlived(pawl):
    daemon = start(pawl)
    lie(pawl, "check", "crash")
    answer = pawl.ctl("check")
    assert answer.returncode not in (DONE, WAITING) and CALL in answer.stderr, answer
    assert CALL in pawl.ctl("why").stdout and CALL in pawl.log()
    pawl.wait_for(lambda: plugin(pawl)["crashes"] == 1)
    assert CRASH in pawl.log() and plugin(pawl)["last-error"], plugin(pawl)
    lie(pawl, "check", None)
    ends_installed(pawl, daemon)


def test_the_bus_tells_a_crash_and_then_the_rest_after_it(pawl):
    daemon = start(pawl)
    lie(pawl, "check", "crash")
    for crashes in 1, 2:
        answer = pawl.bus_error("Check")
        assert "org.pawl.Error.Plugin" in answer and CALL in answer, answer
        pawl.wait_for(lambda: plugin(pawl)["crashes"] == crashes)
    answer = pawl.bus_error("Check")
    assert "org.pawl.Error.Busy" in answer and REST in answer, answer
    assert REST in pawl.ctl("why").stdout and REST in pawl.log()
    lie(pawl, "check", None)
    ends_installed(pawl, daemon)


def test_a_crash_in_an_installation_is_the_failure_of_the_update(pawl):
    daemon = start(pawl)
    lie(pawl, "install", "crash")
    answer = pawl.ctl("update")
    assert answer.returncode not in (DONE, WAITING) and CALL in answer.stderr, answer
    assert pawl.state() == "idle" and CALL in pawl.log()
    report = pawl.json("history")["reports"][0]
    assert report["success"] is False and CALL in report["description"], report
    lie(pawl, "install", None)
    assert pawl.ctl("forget", "--all").returncode == DONE
    ends_installed(pawl, daemon)


device.run([value for name, value in list(globals().items()) if name.startswith("test_")])
