# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""A disk that is full, read-only or torn under the running pawld: a clear error on the bus, in the log and on the command
line, and the daemon goes on, without a restart once there is room again.

The argument N says that only every Nth length of a torn file is tried.
"""

import contextlib
import errno
import os
import subprocess
import sys
import threading

import device
from repository import Quiet, Repository

STRIDE = int(sys.argv[1]) if len(sys.argv) > 1 else 61
PAYLOAD = b"the second version" * 5000
# pawlctl(1): exit status
DONE = 0
NOTHING = 3
WAITING = 8
STORAGE = 11


def into_own_namespace():
    """What is mounted in here goes when the test does, however it ends."""
    if os.geteuid() == 0 and "PAWL_OWN_MOUNTS" not in os.environ:
        os.environ["PAWL_OWN_MOUNTS"] = "1"
        os.execvp("unshare", ["unshare", "--mount", "--propagation=private", sys.executable, *sys.argv])


@contextlib.contextmanager
def small_disk(path, size_kib):
    device.need_root()
    path.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size_kib}k", "tmpfs", path], check=True)
    try:
        yield path
    finally:
        subprocess.run(["umount", "--lazy", path], check=True)


def fill(folder):
    with open(folder / "filler", "wb", buffering=0) as filler:
        for size in 4096, 1:
            try:
                while True:
                    filler.write(b"x" * size)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise


def configure(pawl, rest=""):
    repository = Repository(pawl.folder / "repository")
    repository.add("app-2", "2", PAYLOAD)
    pawl.configure(
        daemon="verifier=tuf\nplugins=file;exec;tuf;user\n",
        rest=f"[plugin:tuf]\nmetadata-urls={repository.public.as_uri()}\nroot-file={repository.root}\n"
             f"[policy]\npoll-interval-s=0\nbackoff-min-s=1\nreserve-mib=0\nreboot=manual\n{rest}")
    return repository


def refused_by_the_disk(pawl, words, code):
    answer = pawl.ctl("update")
    assert answer.returncode == STORAGE and words in answer.stderr, answer
    assert words in pawl.read("log")
    assert words in pawl.ctl("why").stdout, pawl.ctl("why")
    assert code in pawl.bus_error("Check")
    assert pawl.ctl("status").returncode == DONE


def ends_installed(pawl):
    pawl.wait_for(lambda: pawl.state() == "installed")
    assert pawl.read("payload-main").encode() == PAYLOAD
    assert pawl.stop() == 0


def test_a_full_state_folder_is_told_and_outlived(pawl):
    with small_disk(pawl.folder / "state", 1024) as state:
        configure(pawl)
        pawl.start()
        fill(state)
        refused_by_the_disk(pawl, "No space left on device", "org.pawl.Error.NoSpace")
        (state / "filler").unlink()
        assert pawl.ctl("update").returncode == WAITING
        ends_installed(pawl)


def test_a_full_disk_does_not_end_the_checks(pawl):
    with small_disk(pawl.folder / "state", 1024) as state:
        configure(pawl, "poll-interval-s=1\n")
        pawl.start()
        fill(state)
        pawl.wait_for(lambda: pawl.read("log").count("No space left on device") > 1)
        (state / "filler").unlink()
        ends_installed(pawl)


def test_a_read_only_state_folder_is_told_and_outlived(pawl):
    with small_disk(pawl.folder / "state", 1024) as state:
        configure(pawl)
        pawl.start()
        subprocess.run(["mount", "-o", "remount,ro", state], check=True)
        refused_by_the_disk(pawl, "Read-only file system", "org.pawl.Error.Storage")
        subprocess.run(["mount", "-o", "remount,rw", state], check=True)
        assert pawl.ctl("update").returncode == WAITING
        ends_installed(pawl)


def test_a_start_on_a_read_only_disk_is_told_and_mended_by_a_reload(pawl):
    with small_disk(pawl.folder / "disk", 1024) as disk:
        configure(pawl)
        pawl.write("pawld.conf", pawl.read("pawld.conf").replace(f"{pawl.folder}/state", f"{disk}/state"))
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        pawl.start()
        refused_by_the_disk(pawl, "Read-only file system", "org.pawl.Error.Storage")
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
        pawl.daemon.send_signal(device.signal.SIGHUP)
        pawl.wait_for(lambda: pawl.ctl("check").returncode == DONE)


def test_no_room_for_a_download_is_told_before_its_first_byte(pawl):
    with small_disk(pawl.folder / "state" / "downloads", 64) as downloads:
        configure(pawl)
        pawl.start()
        answer = pawl.ctl("update")
        assert answer.returncode == STORAGE and f"app-2 needs {len(PAYLOAD)} bytes" in answer.stderr, answer
        assert pawl.state() == "available" and "free-space" in pawl.ctl("why").stdout
        assert sum(path.stat().st_size for path in downloads.iterdir()) == 0
        subprocess.run(["mount", "-o", "remount,size=1024k", downloads], check=True)
        ends_installed(pawl)


class Interrupted(Quiet):
    """Halts in the middle of the first payload."""
    half_sent = threading.Event()
    go_on = threading.Event()

    def copyfile(self, source, outputfile):
        if "/targets/" in self.path and not self.half_sent.is_set():
            outputfile.write(source.read(len(PAYLOAD) // 2))
            self.half_sent.set()
            self.go_on.wait(device.PATIENCE_S)
        with contextlib.suppress(ConnectionError):
            super().copyfile(source, outputfile)


def test_a_disk_that_fills_up_during_a_download_is_outlived(pawl):
    with small_disk(pawl.folder / "state" / "downloads", 128) as downloads:
        repository = configure(pawl)
        with repository.serve(Interrupted) as url:
            text = pawl.read("pawld.conf").replace(repository.public.as_uri(), url)
            pawl.write("pawld.conf", text.replace("plugins=file;", "plugins=http;file;"))
            pawl.start()
            assert pawl.ctl("update", "--no-wait").returncode == DONE
            assert Interrupted.half_sent.wait(device.PATIENCE_S)
            fill(downloads)
            Interrupted.go_on.set()
            pawl.wait_for(lambda: "No space left on device" in pawl.read("log"))
            assert "No space left on device" in pawl.ctl("why").stdout
            (downloads / "filler").unlink()
            ends_installed(pawl)


def torn(pawl, name):
    """The daemon on every length of a file that it keeps."""
    path = pawl.folder / "state" / name
    whole = path.read_bytes()
    for length in range(0, len(whole), STRIDE):
        path.write_bytes(whole[:length])
        pawl.write("log", "")
        pawl.start()
        assert f"{path}: " in pawl.read("log"), (length, pawl.read("log"))
        answer = pawl.ctl("why")
        assert answer.returncode == DONE and f"{path}: " in answer.stdout, (length, answer)
        yield length
        assert pawl.stop() == 0
    path.write_bytes(whole)
    print(f"# {name}: {len(range(0, len(whole), STRIDE))} of {len(whole)} lengths", flush=True)


def test_a_torn_journal_is_told_and_the_update_is_made_again(pawl):
    configure(pawl)
    pawl.start()
    assert pawl.ctl("update").returncode == WAITING
    pawl.stop()
    for length in torn(pawl, "update"):
        answer = pawl.ctl("update")
        assert answer.returncode == WAITING and pawl.state() == "installed", (length, answer)


def test_torn_memories_are_told_and_nothing_stops_for_them(pawl):
    configure(pawl, "[trial]\nrequired=user\n")
    pawl.start()
    for verdict in "reject", "confirm":
        assert pawl.ctl("forget", "--all").returncode == DONE
        assert pawl.ctl("update").returncode == WAITING
        pawl.ctl("activate")
        while pawl.state() != "idle":
            pawl.wait_for((pawl.folder / "reboot-wanted").exists)
            pawl.stop()
            pawl.boot()
            pawl.start()
            pawl.wait_for(lambda: pawl.state() in ("trial", "idle"))
            if pawl.state() == "trial":
                assert pawl.ctl(verdict).returncode == DONE
                pawl.wait_for(lambda: pawl.state() == "idle" or (pawl.folder / "reboot-wanted").exists())
    pawl.stop()
    for name in "failed", "history", "kept", "time-floor":
        for length in torn(pawl, name):
            assert pawl.ctl("check").returncode == NOTHING and pawl.state() == "idle", (name, length)


into_own_namespace()
device.run([value for name, value in list(globals().items()) if name.startswith("test_")])
