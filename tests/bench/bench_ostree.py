# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""What an update of a whole system costs with pawld, beside bare `ostree pull` and `ostree admin deploy` in the same run.

nginx gives the commits out over TLS with client certificates. Pawl's share has all of it: the start of the daemon, the
metadata, its verification, the download and both steps of the installer. Processor time and memory are those of pawld,
and of both ostree commands; the best of RUNS counts. Asserts nothing. Arguments: MB and files of the system.
"""

import contextlib
import pathlib
import random
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "integration/pawld"))
import system  # noqa: E402
from device import Device  # noqa: E402
from nginx import Nginx  # noqa: E402
from repository import Repository  # noqa: E402

MB, FILES = int(sys.argv[1]), int(sys.argv[2])
RUNS = 3
CHANGED = 0.05
ROUND_TRIP_S = 0.1
# Reading a process' own clock, clock_getcpuclockid(3): every thread, also those that ended.
CPUCLOCK_SCHED = 2


class Cost:
    """Of one update."""

    def __init__(self, wall_s, cpu_s, memory_kib, requests):
        self.wall_s = wall_s
        self.cpu_s = cpu_s
        self.memory_mib = memory_kib / 1024
        self.requests = len(requests)
        self.bytes = sum(int(request[5]) for request in requests)
        self.connections = len({request[0] for request in requests})


class Bench:
    def __init__(self, folder):
        self.folder = folder
        self.repository = Repository(folder / "repository")
        self.content = system.Content(self.repository.public / "ostree", folder / "trees")
        self.first = self.commit("1", range(FILES), 1)
        self.second = self.commit("2", range(int(FILES * CHANGED)), 2, "1")
        self.root = system.Root(folder / "sysroot")
        self.root.provision(self.content, self.first)
        # Where a bare pull looks for what a delta may begin with.
        system.call("ostree", f"--repo={self.root.path}/ostree/repo", "refs", "--create=bare:product", self.first)
        self.server = Nginx(folder / "nginx", self.repository.public)
        self.repository.add_commit(self.content.folder, self.second, "2", "https://127.0.0.1:1")

    def commit(self, version, numbers, seed, base=None):
        noise = random.Random(seed)
        files = self.folder / "trees" / version / "usr/share/product"
        files.parent.mkdir(parents=True)
        if base is None:
            files.mkdir()
        else:
            system.call("cp", "-al", self.folder / "trees" / base / "usr/share/product", files)
        for number in numbers:
            path = files / str(number)
            path.unlink(missing_ok=True)
            path.write_bytes(noise.randbytes(MB * 1_000_000 // FILES))
        return self.content.commit(version)

    def tls(self):
        return {"tls-ca-path": "ca.pem", "tls-client-cert-path": "device.pem", "tls-client-key-path": "device.key"}

    def fresh(self, number):
        path = self.folder / f"run-{number}"
        system.call("rm", "-rf", path)
        return self.root.copy(path)

    @contextlib.contextmanager
    def measured(self):
        """The requests that nginx saw meanwhile, in a list that is filled at the end."""
        requests, before = [], len(self.server.requests())
        yield requests
        requests += self.server.requests()[before:]

    def bare(self, url):
        root = self.fresh("bare")
        repo = f"--repo={root.path}/ostree/repo"
        options = [f"--set={key}={self.server.folder}/{name}" for key, name in self.tls().items()]
        system.call("ostree", repo, "remote", "add", "--set=gpg-verify=false", *options, "bare", f"{url}/ostree")
        with self.measured() as requests:
            began = time.monotonic()
            usages = [spend(["ostree", repo, "pull", "bare", "product"]),
                      spend(["ostree", "admin", f"--sysroot={root.path}", "deploy", "--os=product", "bare:product"])]
            wall = time.monotonic() - began
        assert root.deployed().startswith(self.second)
        return Cost(wall, sum(usage.ru_utime + usage.ru_stime for usage in usages),
                    max(usage.ru_maxrss for usage in usages), requests)

    def prepare(self, pawl, url, root):
        keys = "".join(f"{key}={self.server.folder}/{name}\n" for key, name in self.tls().items())
        system.configure(pawl, self.repository, root, url, keys, f"uri={url}/ostree\n{keys}")

    def pawl(self, url):
        root = self.fresh("pawl")
        with contextlib.closing(Device()) as pawl, self.measured() as requests:
            self.prepare(pawl, url, root)
            began = time.monotonic()
            pawl.start()
            answer = pawl.ctl("update")
            wall = time.monotonic() - began
            assert answer.returncode == 0, (answer, pawl.log())
            cpu = time.clock_gettime((~pawl.daemon.pid << 3) | CPUCLOCK_SCHED)
            status = pathlib.Path(f"/proc/{pawl.daemon.pid}/status").read_text()
        assert root.deployed().startswith(self.second)
        return Cost(wall, cpu, int(status.partition("VmHWM:")[2].split()[0]), requests)

    def check(self, url):
        """Nothing is new. The daemon runs, and has not asked anybody yet."""
        root = self.fresh("pawl")
        with contextlib.closing(Device()) as pawl:
            self.prepare(pawl, url, root)
            pawl.start()
            assert pawl.ctl("update").returncode == 0, pawl.log()
            pawl.wait_for((pawl.folder / "reboot-wanted").exists)
            pawl.stop()
            pawl.boot()
            pawl.start()
            pawl.wait_for(lambda: pawl.state() == "idle")
            with self.measured() as requests:
                began = time.monotonic()
                answer = pawl.ctl("check")
                wall = time.monotonic() - began
            # pawlctl(1): nothing to do
            assert answer.returncode == 3, answer
        return Cost(wall, 0, 0, requests)


def spend(command):
    """What a command uses."""
    with open(os.devnull, "w") as nowhere:
        process = subprocess.Popen([str(part) for part in command], stdout=nowhere, env=system.ENVIRONMENT)
        _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, command
    process.returncode = 0
    return usage


def best(costs):
    chosen = min(costs, key=lambda cost: cost.cpu_s)
    chosen.wall_s = min(cost.wall_s for cost in costs)
    chosen.memory_mib = min(cost.memory_mib for cost in costs)
    return chosen


def row(what, ours, bare, unit):
    print(f"  {what:10} pawld {ours:10.2f}   bare {bare:10.2f} {unit:4} ratio {ours / bare:5.2f}", flush=True)


def compare(title, bench, url):
    pairs = [(bench.bare(url), bench.pawl(url)) for _ in range(RUNS)]
    bare, ours = best([pair[0] for pair in pairs]), best([pair[1] for pair in pairs])
    print(f"{title}:")
    row("wall", ours.wall_s, bare.wall_s, "s")
    row("CPU", ours.cpu_s, bare.cpu_s, "s")
    row("peak RSS", ours.memory_mib, bare.memory_mib, "MiB")
    row("bytes", ours.bytes / 1e6, bare.bytes / 1e6, "MB")
    print(f"  requests   pawld {ours.requests:10}   bare {bare.requests:10}      difference {ours.requests - bare.requests:+}"
          f"   connections {ours.connections} and {bare.connections}", flush=True)


@contextlib.contextmanager
def far(port):
    line = subprocess.Popen([sys.executable, pathlib.Path(__file__).with_name("slow_line.py"), str(port),
                             str(ROUND_TRIP_S / 2)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield f"https://127.0.0.1:{line.stdout.readline().strip()}"
    finally:
        line.communicate()


def main():
    with tempfile.TemporaryDirectory(prefix="pawl-bench-", dir="/dev/shm") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        bench = Bench(folder)
        print(f"{MB} MB in {FILES} files, {CHANGED:.0%} of them changed", flush=True)
        with bench.server.serve() as url, far(bench.server.port) as far_url:
            compare("near", bench, url)
            compare("100 ms away", bench, far_url)
            system.call("ostree", f"--repo={bench.content.folder}", "static-delta", "generate", f"--from={bench.first}",
                        f"--to={bench.second}")
            system.call("ostree", f"--repo={bench.content.folder}", "summary", "--update")
            compare("near, with a delta", bench, url)
            compare("100 ms away, with a delta", bench, far_url)
            costs = [bench.check(far_url) for _ in range(RUNS)]
            print(f"check without news, 100 ms away: {min(cost.wall_s for cost in costs):.2f} s,"
                  f" {costs[-1].requests} requests on {costs[-1].connections} connection(s)")


main()
