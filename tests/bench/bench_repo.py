#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""What pawl-repo costs with many targets and many devices.

Prints, for each command, seconds, processor seconds, peak memory, and how many files and bytes of the work folder and the
published ones are new; asserts nothing about time. Arguments: how many targets, how many devices. The full size is
`PAWL_REPO=build/server/repo/pawl-repo tests/bench/bench_repo.py 100000 100000`, which wants some gigabytes of memory.
"""

import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

PROGRAM = os.environ["PAWL_REPO"]


class Repository:
    def __init__(self, folder):
        self.folder = folder
        self.work, self.public, self.fleet = folder / "work", folder / "public", folder / "fleet"
        self.environment = dict(os.environ, PAWL_REPO_KEYS=str(folder / "keys"), LC_ALL="C.UTF-8")

    def call(self, *args, work=None):
        subprocess.run([PROGRAM, "-C", work or self.work, *args], check=True, stdout=subprocess.DEVNULL, env=self.environment)

    def measure(self, title, *args):
        mark = self.folder / "mark"
        mark.touch()
        since = mark.stat().st_mtime_ns
        start = time.monotonic()
        child = os.posix_spawn(PROGRAM, [PROGRAM, "-C", str(self.work), *map(str, args)], self.environment,
                               file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)])
        status, usage, memory = watch(child)
        seconds = time.monotonic() - start
        if status != 0:
            sys.exit(f"{title}: it failed")
        files, size = written(since, self.work, self.public, self.fleet)
        print(f"{title:32} {seconds:8.2f} s {usage.ru_utime + usage.ru_stime:8.2f} s CPU {memory / 1024:8.1f} MiB"
              f" {files:8} files {size / 1e6:10.2f} MB", flush=True)


def watch(child):
    """Wait for it. Its ru_maxrss would begin with what this process has, so the kernel's own mark is read while it runs."""
    memory = 0
    while True:
        ended, status, usage = os.wait4(child, os.WNOHANG)
        if ended:
            return status, usage, memory
        for line in pathlib.Path(f"/proc/{child}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                memory = max(memory, int(line.split()[1]))
        time.sleep(0.002)


def written(since, *folders):
    files = size = 0
    for folder in folders:
        for root, _, names in os.walk(folder):
            for name in names:
                status = os.lstat(os.path.join(root, name))
                if status.st_mtime_ns >= since:
                    files, size = files + 1, size + status.st_size
    return files, size


def many_targets(repository, number):
    source = repository.folder / "file.bin"
    source.write_text("first\n")
    repository.call("init")
    repository.call("key", "generate", "main", "--insecure")
    repository.call("target", "add", source, "--hardware-id", "board")
    stage_more(repository, number - 1)
    repository.measure(f"sign {number} targets", "sign")
    repository.measure("publish all", "publish", repository.public)
    repository.measure("add one more", "target", "add", source, "--name", "one-more", "--hardware-id", "board")
    repository.measure("sign it", "sign")
    repository.measure("publish it", "publish", repository.public)
    repository.measure("resign all roles", "resign", "--if-expires-within", "4000d")
    repository.measure("publish again", "publish", repository.public)


def stage_more(repository, number):
    """What as many calls of “target add” leave; they would take hours, and each is measured later."""
    path = repository.work / "staged/targets.json"
    staged = json.loads(path.read_text())
    targets = staged["signed"]["targets"]
    like = targets["file.bin"]
    for i in range(number):
        data = f"{i}\n".encode()
        hashes = {name: hashlib.new(name, data).hexdigest() for name in like["hashes"]}
        (repository.work / "content" / hashes["sha256"]).write_bytes(data)
        name = f"file-{i:06}.bin"
        targets[name] = {"custom": {**like["custom"], "name": name}, "hashes": hashes, "length": len(data)}
    path.write_text(json.dumps(staged, separators=(",", ":"), sort_keys=True))


def many_devices(repository, number):
    repository.call("director", "init")
    director = repository.work / "director"
    repository.call("key", "generate", "director", "--insecure", work=director)
    repository.call("sign", work=director)
    repository.call("tx", "apply", work=director)
    (director / "devices").mkdir(exist_ok=True)
    for i in range(number):
        device = {"ecus": {f"serial-{i}": {"hardwareId": "board"}}}
        (director / f"devices/device-{i:06}.json").write_text(json.dumps(device))
    repository.measure(f"assign {number} devices", "director", "assign", "--all-of", "board", "one-more")
    repository.measure("sign for all", "director", "sign")
    repository.measure("publish for all", "director", "publish", repository.fleet)
    repository.measure("sign without news", "director", "sign")
    repository.measure("publish without news", "director", "publish", repository.fleet)
    repository.measure("assign one", "director", "assign", "device-000000", "serial-0", "file.bin")
    repository.measure("sign for one", "director", "sign")
    repository.measure("publish for one", "director", "publish", repository.fleet)
    repository.measure("resign for all", "director", "sign", "--if-expires-within", "4000d")
    repository.measure("publish them", "director", "publish", repository.fleet)


def main():
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    folder = pathlib.Path(tempfile.mkdtemp(prefix="pawl-bench-", dir=memory))
    try:
        repository = Repository(folder)
        many_targets(repository, int(sys.argv[1]))
        many_devices(repository, int(sys.argv[2]))
    finally:
        shutil.rmtree(folder)


main()
