# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""Every harm that a network does, to the answer for every file of an update, once and for as long as it is tried.

However it goes, the device has the old version or the new one and says which; once the network is well, it gets the
new one. A file that breaks off is gone on with where it ended, and an object that arrived is not fetched again. The
first argument says which cases are tried: each STRIDEth; with a second one, only those with that in their names.
"""

import collections
import contextlib
import pathlib
import random
import shutil
import sys
import tempfile

import device
import system
from faulty import FAULTS, Server
from repository import Repository

STRIDE = int(sys.argv[1]) if len(sys.argv) > 1 else 1
NAMED = sys.argv[2] if len(sys.argv) > 2 else ""
SIZE = 300_000
ALWAYS = 1 << 30
HTTP = "retries=2\nretry-delay-ms=10\nstall-timeout-s=1\n"

# pawlctl(1): exit status
DONE = 0
NOTHING_TO_DO = 3
# failed, no access, try later, refused, storage, not found
CLEAR_ENDS = (1, 5, 9, 10, 11, 12)


class File:
    """The update is one file."""

    name = "file"

    def __init__(self, folder):
        self.repository = Repository(folder / "repository")
        self.repository.add("app-2", "2", random.Random(1).randbytes(SIZE))

    def prepare(self, pawl, server):
        pawl.configure(
            daemon="verifier=tuf\nplugins=http;file;exec;tuf\n",
            rest=f"[plugin:http]\n{HTTP}[plugin:tuf]\nmetadata-urls={server.url}\nroot-file={self.repository.root}\n"
                 f"[policy]\npoll-interval-s=0\n")

    def is_new(self, pawl):
        return (pawl.folder / "next-main").exists()

    def check_sent(self, server, path, fault):
        """No byte of the payload twice, unless the fault was in the bytes."""
        if "/targets/" in path and fault.passes:
            assert sum(server.sent(path)) == SIZE, server.sent(path)


class Commit:
    """The update is a whole system."""

    name = "commit"

    def __init__(self, folder):
        self.repository = Repository(folder / "repository")
        self.content = system.Content(self.repository.public / "ostree", folder / "trees")
        self.first = self.content.commit("1")
        self.root = system.Root(folder / "sysroot")
        self.root.provision(self.content, self.first)
        self.commit = self.content.commit("2")
        # Where they are is not in the metadata: the server has another port each time.
        self.repository.add_commit(self.content.folder, self.commit, "2", "http://127.0.0.1:1")

    def prepare(self, pawl, server):
        pawl.root = self.root.copy(pawl.folder / "sysroot")
        system.configure(pawl, self.repository, pawl.root, server.url, HTTP, f"uri={server.url}/ostree\n{HTTP}")

    def is_new(self, pawl):
        deployed = pawl.root.deployed().partition(".")[0]
        assert deployed in (self.first, self.commit), deployed
        return deployed == self.commit

    def check_sent(self, server, path, fault):
        for other in server.paths():
            whole = [sent for sent in server.sent(other) if sent > 0]
            assert other == path or "/objects/" not in other or len(whole) <= 1, (other, whole)


class Case:
    """One fault at one path."""

    def __init__(self, story, path, fault, times):
        self.story = story
        self.path = path
        self.fault = fault
        self.times = times

    def __str__(self):
        return f"{self.story.name}: {self.fault.name} {'always' if self.times == ALWAYS else 'once'} at {self.path}"

    def run(self, server):
        """Says whether the update came through in spite of the fault, and whether that ever hit."""
        server.forget()
        server.order(self.path, self.fault, self.times)
        with contextlib.closing(device.Device()) as pawl:
            self.story.prepare(pawl, server)
            pawl.start()
            came_through = self.ask(pawl)
            if self.fault.passes and self.times == 1:
                assert came_through, (str(self), pawl.log())
            server.order(None, None, 0)
            if not came_through:
                assert self.ask(pawl), (str(self), pawl.log())
            self.story.check_sent(server, self.path, self.fault)
        return came_through, server.spoilt > 0

    def ask(self, pawl):
        answer = pawl.ctl("update")
        is_new = self.story.is_new(pawl)
        assert is_new == (answer.returncode == DONE), (str(self), answer, pawl.log())
        assert is_new or answer.returncode in (NOTHING_TO_DO, *CLEAR_ENDS), (str(self), answer)
        assert is_new or answer.stderr.strip(), (str(self), answer)
        assert pawl.daemon.poll() is None, pawl.log()
        return is_new


def learn_paths(story, server):
    """What a device asks for when all is well."""
    server.forget()
    with contextlib.closing(device.Device()) as pawl:
        story.prepare(pawl, server)
        pawl.start()
        answer = pawl.ctl("update")
        assert answer.returncode == DONE and story.is_new(pawl), (answer, pawl.log())
    return server.paths()


def try_all(story):
    """The harm that was done, by how it ended."""
    ends = collections.Counter()
    with Server(story.repository.public).run() as server:
        cases = [Case(story, path, fault, times)
                 for path in learn_paths(story, server) for fault in FAULTS for times in (1, ALWAYS)]
        for case in [case for case in cases if NAMED in str(case)][::STRIDE]:
            print(f"# {case}", flush=True)
            came_through, hit = case.run(server)
            assert hit, str(case)
            ends["came through" if came_through else "refused, then came through"] += 1
    return ends


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="pawl-faults-"))
    ends = collections.Counter()

    def test_file(pawl):
        ends.update(try_all(File(folder / "file")))

    def test_commit(pawl):
        device.need_root()
        ends.update(try_all(Commit(folder / "commit")))

    try:
        device.run([test_file, test_commit])
    finally:
        shutil.rmtree(folder)
        print(f"# {sum(ends.values())} faults tried: {dict(ends)}", flush=True)


main()
