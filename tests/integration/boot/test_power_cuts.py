#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""The power goes before, in and after every call by which a boot control changes the disk or the firmware's variables: the
device still boots something, the boot control can read what is left, and done once more the step comes to its end.
Torn files and garbage are read, or said to be what they are.

  test_power_cuts.py LOADER DRIVER KEYFILE KILL_POINT
"""

import functools
import sys
import traceback

from loaders import LOADERS

# More boots than a version has tries.
BOOTS = 4
TRIES = "2"


def expect_for_ever(loader, version):
    """Nothing counts any more, so every further boot is the same."""
    found = loader.status()
    assert found.split() == ["normal", "0"], f"the status is \"{found}\""
    booted = [loader.boot() for _ in range(BOOTS)]
    assert booted == [version] * BOOTS, f"booted {booted}, wanted {version}"
    assert loader.status().startswith("normal"), loader.status()


def arm(loader):
    loader.call("arm", TRIES)
    loader.activate()
    booted = loader.boot()
    assert booted == "new", f"armed and activated, but {booted} booted"
    assert loader.status().startswith("trial"), loader.status()


def give_up(loader):
    """What the daemon does about a version that is not wanted, in the version that runs after a boot."""
    if loader.boot() == "new":
        loader.take_back()
        loader.call("bad")
        loader.boot()
    loader.take_back()
    loader.call("good")


class Arm:
    """Nothing is activated by then. Only where entries take turns may the new version be tried, once."""

    def prepare(self, loader):
        pass

    def call(self, loader, **options):
        return loader.call("arm", TRIES, **options)

    def end(self, loader):
        loader.status()
        booted = [loader.boot() for _ in range(2 if loader.takes_turns else 1)]
        assert booted[-1] == "old", f"booted {booted}, and nothing was activated"
        loader.call("good")
        expect_for_ever(loader, "old")
        arm(loader)
        loader.call("good")
        expect_for_ever(loader, "new")


class KeepNew:
    """The new version was confirmed: it is kept, and never fallen back from where a boot loader counts."""

    def prepare(self, loader):
        arm(loader)

    def call(self, loader, **options):
        return loader.call("good", **options)

    def end(self, loader):
        loader.status()
        booted = loader.boot()
        assert booted == "new" or loader.takes_turns, "fell back from a version that was confirmed"
        loader.status()
        loader.call("good")
        expect_for_ever(loader, booted)


class Refuse:
    """The new version is refused while it runs, and the installer has taken it back."""

    def prepare(self, loader):
        arm(loader)
        loader.take_back()

    def call(self, loader, **options):
        return loader.call("bad", **options)

    def end(self, loader):
        loader.status()
        give_up(loader)
        expect_for_ever(loader, "old")


class KeepOld:
    """The boot loader fell back; the bad version is taken out of the way, then it may stop counting."""

    def prepare(self, loader):
        arm(loader)
        booted = [loader.boot() for _ in range(BOOTS)]
        assert booted[-1] == "old", f"booted {booted}, and it was never confirmed"
        assert loader.status().startswith("fell-back"), loader.status()
        loader.take_back()

    def call(self, loader, **options):
        return loader.call("good", **options)

    def end(self, loader):
        loader.status()
        give_up(loader)
        expect_for_ever(loader, "old")


def read_any_bytes(make):
    """After a torn write and in garbage the boot control finds its state or says what is wrong; how many bytes were tried."""
    loader = make()
    try:
        loader.call("arm", TRIES)
        tried = 0
        for path in [path for path in loader.folder.rglob("*") if path.is_file() and path.name != "count"]:
            good = path.read_bytes()
            garbage = b"\xff!" + bytes(range(1, 36))
            for data in [*(good[:end] for end in range(0, len(good), len(good) // 16 + 1)), garbage]:
                path.write_bytes(data)
                code, _, wrong = loader.ask()
                assert code == 0 or (code == 1 and wrong), f"{path}: with {data}: status {code}: {wrong}"
                tried += 1
            guarded = str(path.relative_to(loader.folder)) in loader.guarded
            assert not guarded or code == 1, f"{path}: it takes garbage for its state"
            path.write_bytes(good)
        loader.status()
        return tried
    finally:
        loader.close()


def cut_at(make, step, kill_at):
    loader = make()
    try:
        step.prepare(loader)
        passed = step.call(loader, kill_at=kill_at)
        step.end(loader)
        return passed
    except AssertionError as error:
        raise AssertionError(f"cut at point {kill_at}: {error}") from error
    finally:
        loader.close()


def cut_everywhere(make, step):
    """How many points there were; the whole step, cut nowhere, comes last."""
    point = 1
    while cut_at(make, step, point) is None:
        point += 1
    return point - 1


def main():
    name, drive, keyfile, kill_point = sys.argv[1:]
    steps = {"arm": Arm(), "keep-the-new-version": KeepNew(), "refuse-the-new-version": Refuse(), "keep-the-old-version": KeepOld()}
    cases = {f"survives-power-cuts-in-{word}": functools.partial(cut_everywhere, step=step) for word, step in steps.items()}
    cases["reads-any-bytes"] = read_any_bytes
    failed = False
    print(f"1..{len(cases)}")
    for number, (promise, case) in enumerate(cases.items(), 1):
        verdict = "ok"
        try:
            tried = case(lambda: LOADERS[name](drive, keyfile, kill_point))
            assert tried > 0, "nothing was changed"
            print(f"# {tried} points")
        except AssertionError:
            traceback.print_exc()
            verdict = "not ok"
            failed = True
        print(f"{verdict} {number} - {name}-{promise}", flush=True)
    sys.exit(failed)


main()
