# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""A plugin that hangs under the running pawld: its call fails at the deadline with a clear error on the bus, in the log and on
the command line, and the daemon goes on; without progress the service manager hears nothing more. The daemon's clocks
run fast."""

import socket

import device
from liar import configure, lie

# pawlctl(1): exit status
DONE = 0
WAITING = 8
TRY_LATER = 9

# The shortest deadline of a call is a minute.
FAST = ("faketime", "-f", "+0 x100")
LATE = "can_install: no answer before the deadline"


def hang_and_go_on(pawl, daemon=""):
    configure(pawl, daemon)
    pawl.start(FAST)
    lie(pawl, "can_install", "hang")
    answer = pawl.ctl("update")
    assert answer.returncode == TRY_LATER and LATE in answer.stderr, answer
    answer = pawl.bus_error("Fetch")
    assert "org.pawl.Error.TimedOut" in answer and LATE in answer, answer
    assert LATE in pawl.ctl("why").stdout and LATE in pawl.log()
    lie(pawl, "can_install", None)
    answer = pawl.ctl("update")
    assert answer.returncode == WAITING and pawl.state() == "installed", answer
    assert pawl.daemon.poll() is None


def test_a_hanging_call_ends_at_its_deadline(pawl):
    hang_and_go_on(pawl)


def test_a_hanging_process_ends_at_the_deadline_of_its_call(pawl):
    hang_and_go_on(pawl, "isolated-plugins=liar\n")


def hears_nothing(manager):
    """A hundred times the interval of what is listened for."""
    manager.settimeout(1)
    try:
        while manager.recv(100) != b"WATCHDOG=1":
            pass
    except TimeoutError:
        return True
    return False


def test_an_operation_without_progress_silences_the_watchdog(pawl):
    configure(pawl, "stall-s=10\n")
    lie(pawl, "install", "hang")
    path = pawl.folder / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(path))
        pawl.env |= {"NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": "2000000"}
        pawl.start(FAST)
        pawl.ctl("update", "--no-wait")
        pawl.wait_for(lambda: hears_nothing(manager))
        assert pawl.state() == "installing"
        assert pawl.ctl("cancel").returncode == DONE
        manager.settimeout(device.PATIENCE_S)
        assert manager.recv(100) == b"WATCHDOG=1"


device.run([value for name, value in list(globals().items()) if name.startswith("test_")])
