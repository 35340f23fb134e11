# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""pawld as a service: it starts, says what is wrong, reloads, obeys rights, and leaves."""

import pathlib
import signal
import socket
import subprocess

import device


# pawlctl(1): exit status
STORAGE = 11
CONFIG = 13


def told_everywhere(pawl, words, status, name):
    """On the command line, on the bus and in the log, of a daemon that goes on."""
    answer = pawl.ctl("check")
    assert answer.returncode == status and words in answer.stderr, answer
    answer = pawl.bus_error("Check")
    assert name in answer and words in answer, answer
    assert words in pawl.ctl("why").stdout, pawl.ctl("why")
    assert words in pawl.log(), pawl.log()
    assert pawl.ctl("status").returncode == 0


def test_shows_what_runs(pawl):
    pawl.configure()
    pawl.start()
    status = pawl.json("status")
    assert status["state"] == "idle", status
    assert "old" in str(status["installed"]), status
    assert pawl.stop() == 0


def test_a_broken_configuration_is_told_and_mended(pawl):
    pawl.configure(daemon="verifyer=tuf\n")
    pawl.start()
    told_everywhere(pawl, "pawld.conf: [daemon] verifyer: there is no such key", CONFIG, "org.pawl.Error.InvalidConfig")
    assert "configuration" in pawl.ctl("why").stdout
    assert pawl.ctl("status").returncode == 0
    pawl.configure()
    pawl.daemon.send_signal(signal.SIGHUP)
    pawl.wait_for(lambda: "verifyer" not in pawl.ctl("check").stderr)
    assert "old" in str(pawl.json("status")["installed"])


def test_a_broken_reload_changes_nothing(pawl):
    pawl.configure()
    pawl.start()
    pawl.write("pawld.conf", "[daemon\n")
    pawl.daemon.send_signal(signal.SIGHUP)
    pawl.wait_for(lambda: "configuration" in pawl.ctl("why").stdout)
    assert "old" in str(pawl.json("status")["installed"])


def test_leaves_when_idle_and_never_when_inhibited(pawl):
    pawl.configure(rest="[policy]\npoll-interval-s=0\n")
    text = pawl.read("pawld.conf").replace("idle-exit-s=0", "idle-exit-s=1")
    pawl.write("pawld.conf", text)
    pawl.start()
    assert pawl.ctl("inhibit", "sleep", "2").returncode == 0
    assert pawl.daemon.wait(device.PATIENCE_S) == 0


def test_the_bus_starts_it_again_when_it_is_called(pawl):
    pawl.configure(rest="[policy]\npoll-interval-s=0\n")
    text = pawl.read("pawld.conf").replace("idle-exit-s=0", "idle-exit-s=1")
    pawl.write("pawld.conf", text)
    (pawl.folder / "services").mkdir()
    command = " ".join(str(part) for part in pawl.daemon_command())
    pawl.write("services/org.pawl.Update1.service",
               f"[D-BUS Service]\nName=org.pawl.Update1\nExec={command}\nUser=root\n")
    subprocess.run(["gdbus", "call", f"--address={pawl.address}", "--dest=org.freedesktop.DBus", "--object-path=/",
                    "--method=org.freedesktop.DBus.ReloadConfig"], check=True, capture_output=True)
    for _start in 1, 2:
        assert pawl.state() == "idle"
        assert pawl.owned("org.pawl.Update1")
        pawl.wait_for(lambda: not pawl.owned("org.pawl.Update1"))


def test_tells_the_service_manager(pawl):
    pawl.configure()
    path = pawl.folder / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(path))
        manager.settimeout(device.PATIENCE_S)
        pawl.env |= {"NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": "200000"}
        pawl.start()
        assert manager.recv(100) in (b"READY=1", b"WATCHDOG=1")
        while manager.recv(100) != b"WATCHDOG=1":
            pass
        pawl.daemon.send_signal(signal.SIGTERM)
        while manager.recv(100) != b"STOPPING=1":
            pass


def test_a_second_one_leaves(pawl):
    pawl.configure()
    pawl.start()
    second = subprocess.run(pawl.daemon_command(), capture_output=True, text=True, env=pawl.env)
    assert second.returncode == 1 and "another pawld" in second.stderr, second


def test_a_read_only_state_folder_is_told(pawl):
    pawl.configure()
    pawl.write("state", "a file where a folder should be")
    pawl.start()
    told_everywhere(pawl, f"{pawl.folder}/state", STORAGE, "org.pawl.Error.Storage")


def test_a_torn_journal_is_told_and_forgotten(pawl):
    pawl.configure()
    (pawl.folder / "state").mkdir()
    pawl.write("state/update", "torn")
    pawl.start()
    assert pawl.state() == "idle"
    assert "journal" in pawl.read("log")


def test_the_configuration_of_the_readme_is_good(pawl):
    readme = (pathlib.Path(__file__).parents[3] / "README.md").read_text()
    pawl.write("pawld.conf", readme.split("```ini\n")[1].split("```")[0])
    command = pawl.daemon_command()
    folders = [part for part in command if "plugin-dir" in str(part)]
    check = subprocess.run([command[0], "--check-config", command[1], *folders], capture_output=True, text=True)
    assert check.returncode == 0, check.stderr


def test_every_option_that_only_prints(pawl):
    pawl.configure()
    command = pawl.daemon_command()
    sample = subprocess.run([command[0], "--sample-config"], capture_output=True, text=True)
    assert sample.returncode == 0 and "# poll-interval-s=86400" in sample.stdout
    folders = [part for part in command if "plugin-dir" in str(part)]
    check = [command[0], "--check-config", command[1], *folders]
    assert subprocess.run(check).returncode == 0
    pawl.configure(daemon="verifier=nobody\n")
    wrong = subprocess.run(check, capture_output=True, text=True)
    assert wrong.returncode == 1 and "nobody" in wrong.stderr


device.run([value for name, value in list(globals().items()) if name.startswith("test_")])
