# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""When the running pawld does what by itself: a server that asks for a moment, windows in another timezone on the day that its
clocks go forward, and checks in their interval. The daemon's clocks run fast."""

import calendar
import time

import device
from repository import Quiet, Repository

# pawlctl(1): exit status
NOTHING_TO_DO = 3
WAITING = 8

SPEED = 100
# 01:57 in Zurich, three minutes before 02:00 becomes 03:00.
SPRING = ("env", "TZ=UTC", "faketime", "-f", f"@2026-03-29 00:57:00 x{SPEED}")
FAST = ("faketime", "-f", f"+0 x{SPEED}")
# Within the deadline of one request.
WISH_S = 30
# Longer than it.
LONG_WISH_S = 7200


class Tired(Quiet):
    """Wants to be left alone after the first request."""
    asked_at = []

    def do_GET(self):
        Tired.asked_at.append(time.monotonic())
        if len(Tired.asked_at) > 1:
            super().do_GET()
            return
        self.send_response(503)
        self.send_header("Retry-After", str(WISH_S))
        self.send_header("Content-Length", "0")
        self.end_headers()


class Exhausted(Quiet):
    """Wants to be left alone for longer than any request waits."""
    looks = 0

    def do_GET(self):
        Exhausted.looks += 1
        self.send_response(429)
        self.send_header("Retry-After", str(LONG_WISH_S))
        self.send_header("Content-Length", "0")
        self.end_headers()


class Counting(Quiet):
    looks = 0

    def do_GET(self):
        if "timestamp" in self.path:
            Counting.looks += 1
        super().do_GET()


def configure(pawl, repository, url, policy, isolated=""):
    pawl.configure(
        daemon=f"verifier=tuf\nplugins=http;file;exec;tuf;user\nisolated-plugins={isolated}\n"
               "plugin-grants=http:network\n",
        rest=f"[plugin:tuf]\nmetadata-urls={url}\nroot-file={repository.root}\n"
             f"[policy]\nreboot=manual\n{policy}")


def prepare(pawl, policy):
    repository = Repository(pawl.folder / "repository")
    repository.add("app-2", "2", b"the second version")
    configure(pawl, repository, repository.public.as_uri(), policy)
    return repository


def test_a_server_that_asks_for_a_moment_gets_it(pawl):
    repository = Repository(pawl.folder / "repository")
    with repository.serve(Tired) as url:
        configure(pawl, repository, url, "poll-interval-s=0\n")
        pawl.start(FAST)
        assert pawl.ctl("check").returncode == NOTHING_TO_DO
    assert Tired.asked_at[1] - Tired.asked_at[0] >= WISH_S / SPEED, Tired.asked_at


def is_left_alone(pawl, isolated):
    """The wish stands in the log of decisions and in the schedule, and the next check is not before it."""
    repository = Repository(pawl.folder / "repository")
    with repository.serve(Exhausted) as url:
        configure(pawl, repository, url, "poll-interval-s=60\nbackoff-min-s=1\nbackoff-max-s=2\n", isolated)
        pawl.start()
        asked_us = time.time() * 10**6
        assert pawl.ctl("check").returncode not in (0, NOTHING_TO_DO)
        looks = Exhausted.looks
        why = next(rule for rule in pawl.json("why")["decisions"] if rule["rule"] == "check")
        next_us = pawl.json("status")["next-check"]
    assert looks > 0
    assert (why["verdict"], why["reason"]) == ("not-yet", "retry-after"), why
    assert why["until"] == next_us >= asked_us + LONG_WISH_S * 10**6, (why, next_us, asked_us)
    assert "retry-after" in pawl.ctl("why").stdout


def test_a_long_wish_of_a_server_is_the_next_check(pawl):
    is_left_alone(pawl, "")


def test_a_long_wish_comes_through_an_isolated_transport(pawl):
    is_left_alone(pawl, "http")


def test_a_window_opens_in_its_own_timezone_when_clocks_change(pawl):
    prepare(pawl, "poll-interval-s=0\nwindow=03:00 1h\nwindow-timezone=Europe/Zurich\n")
    pawl.start(SPRING)
    answer = pawl.ctl("update")
    assert answer.returncode == WAITING and pawl.state() == "fetched", answer
    window = next(rule for rule in pawl.json("why")["decisions"] if rule["rule"] == "maintenance-window")
    assert window["until"] == calendar.timegm((2026, 3, 29, 1, 0, 0)) * 10**6, window
    # By itself.
    pawl.wait_for(lambda: pawl.state() == "installed")


def test_checks_come_by_themselves_again_and_again(pawl):
    repository = Repository(pawl.folder / "repository")
    with repository.serve(Counting) as url:
        configure(pawl, repository, url, "poll-interval-s=100\n")
        pawl.start(FAST)
        pawl.wait_for(lambda: Counting.looks >= 4)
    assert pawl.state() in ("idle", "checking")


device.run([value for name, value in list(globals().items()) if name.startswith("test_")])
