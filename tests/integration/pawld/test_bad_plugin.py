# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""A plugin in the daemon's own process that lies, hangs or crashes: the call fails with a clear error on the bus, in the
log and on the command line, and the daemon goes on, or does so after the service manager has started it again."""

import shutil
import signal

import device
from liar import configure, lie

# pawlctl(1): exit status
DONE = 0
WAITING = 8

# What a method does instead of its duty, and what is said about it.
LIES = {
    "check": {
        "false": "liar: check: the plugin failed without an error",
        "null-error": "liar: check: the plugin failed without an error",
        "nothing": "liar: check: the plugin answered with a variant where an object is wanted",
        "object": "liar: check: the plugin answered with an object of the wrong class",
        "drop": "liar: check: the plugin dropped the operation without an answer",
    },
    "can_install": {
        "false": "main: can_install: the plugin failed without an error",
        "nothing": "main: can_install: the plugin succeeded without a result",
    },
    "verify": {
        "false": "liar: verify: the plugin failed without an error",
        "nothing": "liar: verify: the plugin succeeded without a result",
        "variant": "liar: verify: no explicit yes for “app-2”",
        "object": "liar: verify: the plugin answered with an object where a{sv} is wanted",
        "drop": "liar: verify: the plugin dropped the operation without an answer",
    },
    "install": {
        "false": "main: install: the plugin failed without an error",
        "null-error": "main: install: the plugin failed without an error",
        "nothing": "main: install: the plugin succeeded without a result",
        "object": "main: install: the plugin answered with an object where a{sv} is wanted",
        "drop": "main: install: the plugin dropped the operation without an answer",
    },
    "activate": {
        "false": "main: activate: the plugin failed without an error",
        "nothing": "main: activate: the plugin succeeded without a result",
        "drop": "main: activate: the plugin dropped the operation without an answer",
    },
}


def try_lie(pawl, method, words):
    answer = pawl.ctl("update")
    if method == "activate":
        assert answer.returncode == WAITING, answer
        answer = pawl.ctl("activate")
    assert answer.returncode not in (DONE, WAITING) and words in answer.stderr, answer
    pawl.wait_for(lambda: pawl.state() in ("idle", "available", "fetched"))
    assert words in pawl.read("log")
    assert pawl.ctl("forget", "--all").returncode == DONE


def test_every_lie_is_told_and_outlived(pawl):
    configure(pawl)
    pawl.start()
    for method, ways in LIES.items():
        for how, words in ways.items():
            lie(pawl, method, how)
            try:
                try_lie(pawl, method, words)
            except AssertionError as error:
                raise AssertionError(f"{method}, {how}: {error}") from error
        lie(pawl, method, None)
    assert pawl.ctl("update").returncode == WAITING and pawl.state() == "installed"
    assert pawl.stop() == 0


def test_the_bus_names_the_plugin_at_fault(pawl):
    configure(pawl)
    pawl.start()
    for how, words in LIES["check"].items():
        lie(pawl, "check", how)
        answer = pawl.bus_error("Check")
        assert "org.pawl.Error.Plugin" in answer and words in answer, answer


def test_what_hangs_is_cancelled_without_its_help(pawl):
    configure(pawl)
    pawl.start()
    lie(pawl, "install", "hang")
    assert pawl.ctl("update", "--no-wait").returncode == DONE
    pawl.wait_for(lambda: pawl.state() == "installing")
    assert pawl.ctl("cancel").returncode == DONE
    assert pawl.state() == "fetched", pawl.state()
    lie(pawl, "install", None)
    answer = pawl.ctl("update")
    assert answer.returncode == WAITING and pawl.state() == "installed", answer


def test_what_crashed_the_daemon_is_gone_on_with(pawl):
    # A sanitizer would make an exit of the crash.
    pawl.env["ASAN_OPTIONS"] = ":".join(filter(None, (pawl.env.get("ASAN_OPTIONS"), "handle_segv=0")))
    configure(pawl)
    for method in "check", "verify", "install":
        lie(pawl, method, "crash")
        pawl.start()
        assert pawl.ctl("update").returncode not in (DONE, WAITING)
        assert pawl.stop() == -signal.SIGSEGV
        lie(pawl, method, None)
        pawl.start()
        if method == "check":
            pawl.ctl("update")
        # Behind the check it goes on by itself.
        pawl.wait_for(lambda: pawl.state() == "installed")
        pawl.stop()
        shutil.rmtree(pawl.folder / "state")


device.run([value for name, value in list(globals().items()) if name.startswith("test_")])
