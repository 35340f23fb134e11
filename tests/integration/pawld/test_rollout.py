# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""Phased rollouts from a static file server: pawl-repo signs the policy with the target, and the running pawld obeys it."""

import hashlib
import time

import device
from repository import Repository

# pawlctl(1): exit status
NOTHING_TO_DO = 3

DAY_S = 24 * 3600
PERCENTAGE = 30


def has_turn(name):
    """As pawl-repo(1) tells it, computed without Pawl's code."""
    return int(hashlib.sha256(f"app-2\n{name}".encode()).hexdigest()[:12], 16) % 10000 < PERCENTAGE * 100


def find_device(turn):
    return next(name for name in map("device-{}".format, range(1000)) if has_turn(name) is turn)


def moment(offset_s):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + offset_s))


def window(from_s, to_s):
    return "-".join(time.strftime("%H:%M", time.gmtime(time.time() + offset_s)) for offset_s in (from_s, to_s))


def is_offered(pawl, repository, url, device_id):
    """Whether that device is offered the target, and what the policy's rule says."""
    pawl.configure(
        daemon=f"verifier=tuf\nplugins=http;file;exec;tuf;user\ndevice-id={device_id}\n",
        rest=f"[plugin:http]\nretries=0\n[plugin:tuf]\nmetadata-urls={url}\nroot-file={repository.root}\n"
             "[policy]\npoll-interval-s=0\n")
    pawl.start()
    status = pawl.ctl("check").returncode
    rule = next(rule for rule in pawl.json("why")["decisions"] if rule["rule"] == "rollout")
    pawl.stop()
    assert status in (0, NOTHING_TO_DO), (status, pawl.log())
    return status == 0, rule


def prepare(pawl, *policy):
    repository = Repository(pawl.folder / "repository")
    repository.add("app-2", "2", b"the second version")
    change(repository, *policy)
    return repository


def change(repository, *policy):
    repository.call("target", "rollout", "app-2", *policy)
    repository.publish()


def held_back(pawl, reason, *policy, turn=True):
    repository = prepare(pawl, *policy)
    with repository.serve() as url:
        offered, rule = is_offered(pawl, repository, url, find_device(turn))
    assert not offered and (rule["verdict"], rule["reason"]) == ("not-yet", reason), rule
    return rule


def let_through(pawl, reason, *policy, turn=True):
    repository = prepare(pawl, *policy)
    with repository.serve() as url:
        offered, rule = is_offered(pawl, repository, url, find_device(turn))
    assert offered and (rule["verdict"], rule["reason"]) == ("pass", reason), rule


def test_a_device_below_the_percentage_has_its_turn(pawl):
    let_through(pawl, "has-its-turn", f"--percentage={PERCENTAGE}")


def test_a_device_above_the_percentage_waits(pawl):
    held_back(pawl, "percentage", f"--percentage={PERCENTAGE}", turn=False)


def test_a_device_that_waited_follows_a_higher_percentage(pawl):
    repository = prepare(pawl, f"--percentage={PERCENTAGE}")
    with repository.serve() as url:
        assert not is_offered(pawl, repository, url, find_device(False))[0]
        change(repository, "--percentage=100")
        assert is_offered(pawl, repository, url, find_device(False))[0]


def test_nobody_is_early(pawl):
    rule = held_back(pawl, "not-before", f"--not-before={moment(DAY_S)}")
    assert rule["until"] > time.time() * 10**6, rule


def test_a_closed_window_is_waited_for(pawl):
    rule = held_back(pawl, "outside-window", f"--window={window(2 * 3600, 3 * 3600)}")
    assert rule["until"] > time.time() * 10**6, rule


def test_an_open_window_is_used(pawl):
    let_through(pawl, "has-its-turn", f"--window={window(-3600, 3600)}")


def test_from_the_deadline_on_nothing_holds_a_device_back(pawl):
    let_through(pawl, "deadline", "--percentage=0", f"--window={window(2 * 3600, 3 * 3600)}", f"--deadline={moment(-60)}", turn=False)


def test_before_the_deadline_the_percentage_holds(pawl):
    rule = held_back(pawl, "percentage", "--percentage=0", f"--deadline={moment(DAY_S)}", turn=False)
    assert rule["until"] > time.time() * 10**6, rule


device.run([value for name, value in list(globals().items()) if name.startswith("test_")])
