# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""What pawld costs with the plugins of the frame itself, beside a trivial GDBus service in the same run.

Prints; asserts nothing about time. The argument is how many seconds it is watched while idle.
"""

import os
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "integration/pawld"))
from device import BUILD, PATIENCE_S, Device  # noqa: E402

STARTS = 15
IDLE_S = int(sys.argv[1])
CALLS = BUILD / "tests/bench/bench-calls"
# Reading a process' own clock, clock_getcpuclockid(3): every thread, also those that ended.
CPUCLOCK_SCHED = 2


def cpu_ms(pid):
    return time.clock_gettime((~pid << 3) | CPUCLOCK_SCHED) * 1000


def memory_kib(pid):
    lines = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    return {key: int(value.split()[0]) for key, _, value in (line.partition(":") for line in lines)}


def switches(pid):
    """How often any of its threads was put on a processor."""
    return sum(
        int(line.split()[1])
        for status in pathlib.Path(f"/proc/{pid}/task").glob("*/status")
        for line in status.read_text().splitlines() if "ctxt_switches" in line)


def start_trivial(pawl):
    service = subprocess.Popen([CALLS, "serve", pawl.address])
    pawl.wait_for(lambda: pawl.owned("org.pawl.bench.Trivial"))
    return service


def median(values):
    return sorted(values)[len(values) // 2]


def show(what, pawld, trivial, unit):
    print(f"{what:<20} pawld {pawld:7.1f} {unit}   trivial service {trivial:7.1f} {unit}   "
          f"ratio {pawld / trivial:.2f}", flush=True)


def measure_starts(pawl):
    pawld, trivial = [], []
    for _ in range(STARTS):
        pawl.start()
        pawld.append(cpu_ms(pawl.daemon.pid))
        service = start_trivial(pawl)
        trivial.append(cpu_ms(service.pid))
        service.terminate()
        service.wait()
        pawl.stop()
    show("exec to name, CPU", median(pawld), median(trivial), "ms")


def measure_idle(pawl, service):
    pid = pawl.daemon.pid
    ours, floor = memory_kib(pid), memory_kib(service.pid)
    before, cpu = switches(pid), cpu_ms(pid)
    time.sleep(IDLE_S)
    show("resident", ours["Rss"] / 1024, floor["Rss"] / 1024, "MiB")
    show("private dirty", ours["Private_Dirty"] / 1024, floor["Private_Dirty"] / 1024, "MiB")
    print(f"idle for {IDLE_S} s       wake-ups {switches(pid) - before}   CPU {cpu_ms(pid) - cpu:.3f} ms", flush=True)


def measure_leaving(pawl):
    text = pawl.read("pawld.conf").replace("idle-exit-s=0", "idle-exit-s=1")
    pawl.write("pawld.conf", text.replace("poll-interval-s=86400", "poll-interval-s=0"))
    pawl.start()
    status = pawl.daemon.wait(PATIENCE_S)
    print(f"exit on idle         ended with status {status}; nothing is left in memory", flush=True)


def main():
    pawl = Device()
    try:
        pawl.configure(daemon="plugins=file;exec;health;user\n",
                       rest="[trial]\nrequired=user;health\n[plugin:health]\nminimum-uptime-s=60\n"
                            "[policy]\npoll-interval-s=86400\n")
        measure_starts(pawl)
        pawl.start()
        loaded = [line for line in pathlib.Path(f"/proc/{pawl.daemon.pid}/maps").read_text().split() if "pawl-" in line]
        print("plugins:", *sorted({os.path.basename(path) for path in loaded if path.endswith(".so")}))
        service = start_trivial(pawl)
        measure_idle(pawl, service)
        subprocess.run([CALLS, "measure", pawl.address], check=True)
        service.terminate()
        service.wait()
        pawl.stop()
        measure_leaving(pawl)
    finally:
        pawl.close()


main()
