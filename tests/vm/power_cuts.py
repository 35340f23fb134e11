# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""The plug is pulled while a device updates itself. Wherever that is, it ends on a version that is confirmed."""

import re
import time

from virtual_device import Lost

# In the order in which an update goes through them; a boot is what the boot loader says on the console.
STEPS = ["checking", "fetching", "installing", "activating", "boot", "trial"]
# How many cuts fall into each step, spread over the time that it takes.
POINTS = {"checking": 2, "fetching": 4, "installing": 4, "activating": 4, "boot": 5, "trial": 5}


class Cuts:
    def __init__(self, scenarios):
        self.scenarios = scenarios
        self.device = scenarios.device
        self.durations = {}

    # ---- watching ----

    def begin(self):
        """A good update begins; the console tells how it goes."""
        self.device.recall()
        self.scenarios.no_button()
        self.device.wait_for(lambda: self.device.state() == "idle", "the daemon")
        version = self.scenarios.server.publish(self.scenarios.url)
        self.offset = len(self.device.console.read_text(errors="replace"))
        self.device.call("systemd-run --quiet pawlctl update")
        return version

    def steps_seen(self):
        text = self.device.console.read_text(errors="replace")[self.offset:]
        states = re.findall(r'"state":"([a-z]+)"|^(BOOT): ', text, re.MULTILINE)
        return {state or "boot" for state, boot in states}

    def wait_for_step(self, step):
        self.device.wait_for(lambda: step in self.steps_seen(), f"the step {step}")
        return time.monotonic()

    # ---- the cuts ----

    def measure(self):
        """How long each step takes when nothing is cut."""
        if self.durations:
            return
        self.begin()
        began = {step: self.wait_for_step(step) for step in STEPS}
        began["end"] = self.wait_for_step("idle")
        times = [*began.values()]
        self.durations = {step: after - before for step, before, after in zip(STEPS, times, times[1:])}
        print("# " + ", ".join(f"{step} {duration:.1f} s" for step, duration in self.durations.items()), flush=True)

    def at(self, step, after_s):
        version = self.begin()
        self.wait_for_step(step)
        time.sleep(after_s)
        self.device.power_off()
        self.device.power_on()
        self.device.wait_until_up()
        return self.end(version)

    def end(self, version):
        """What a device does by itself after the cut, and with the next update that it is asked for."""
        self.device.wait_for(lambda: self.settled(version), "a version that is confirmed")
        self.scenarios.expect_not_counting()
        return self.device.version()

    def settled(self, version):
        try:
            state = self.device.state()
            if state not in ("idle", "available", "fetched", "installed"):
                return False
            if state == "idle" and (self.device.version() == version or self.device.json("history")["reports"]):
                return True
            self.device.try_call("pawlctl update", 120)
            return False
        except (Lost, RuntimeError):
            return False

    def during(self, step):
        """At points spread over the time that it takes."""
        self.measure()
        for point in range(POINTS[step]):
            after_s = self.durations[step] * point / POINTS[step]
            begin = time.monotonic()
            version = self.at(step, after_s)
            print(f"# cut {after_s:.1f} s into {step}: version {version} is confirmed "
                  f"({time.monotonic() - begin:.0f} s)", flush=True)
