# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""Whole systems: commits of a real OSTree repository, signed by pawl-repo, go over HTTP into a real system root."""

import pathlib

import device
import system
from repository import Repository


class Story:
    """A system root with version 1 deployed, and a repository that the web server gives out."""

    def __init__(self, pawl):
        self.root = system.Root(pawl.folder / "sysroot")
        self.repository = Repository(pawl.folder / "repository")
        self.content = system.Content(self.repository.public / "ostree", pawl.folder / "trees")
        self.root.provision(self.content, self.content.commit("1"))

    def publish(self, version, url):
        commit = self.content.commit(version)
        self.repository.add_commit(self.content.folder, commit, version, f"{url}/ostree")
        return commit


def reboot(pawl):
    pawl.wait_for((pawl.folder / "reboot-wanted").exists)
    pawl.stop()
    pawl.boot()
    pawl.start()


def test_a_commit_goes_the_whole_way(pawl):
    story = Story(pawl)
    with story.repository.serve() as url:
        commit = story.publish("2", url)
        system.configure(pawl, story.repository, story.root, url)
        pawl.start()
        answer = pawl.ctl("update")
        assert answer.returncode == 0, answer
        reboot(pawl)
        pawl.wait_for(lambda: pawl.state() == "idle")
    assert story.root.deployed().startswith(commit), (commit, story.root.deployed())
    assert pawl.json("history")["reports"][0]["success"] is True
    entries = "".join(path.read_text() for path in pathlib.Path(story.root.path, "boot/loader/entries").iterdir())
    assert entries.count("root=LABEL=x") == 2, "the kernel arguments are carried over"


def test_a_rejected_commit_goes_back(pawl):
    story = Story(pawl)
    with story.repository.serve() as url:
        first = story.root.deployed()
        story.publish("2", url)
        system.configure(pawl, story.repository, story.root, url, trial="required=user\n")
        pawl.start()
        assert pawl.ctl("update").returncode == 0
        reboot(pawl)
        pawl.wait_for(lambda: pawl.state() == "trial")
        assert pawl.ctl("reject").returncode == 0
        if pawl.state() != "idle":
            reboot(pawl)
        pawl.wait_for(lambda: pawl.state() == "idle")
    assert story.root.deployed() == first
    assert pawl.json("history")["reports"][0]["success"] is False


def test_a_tampered_object_is_refused(pawl):
    story = Story(pawl)
    with story.repository.serve() as url:
        first = story.root.deployed()
        story.publish("2", url)
        for path in (story.content.folder / "objects").glob("*/*.filez"):
            data = bytearray(path.read_bytes())
            data[-1] ^= 1
            path.unlink()
            path.write_bytes(bytes(data))
        system.configure(pawl, story.repository, story.root, url)
        pawl.start()
        assert pawl.ctl("update").returncode != 0
    assert story.root.deployed() == first and not (pawl.folder / "reboot-wanted").exists()


device.run([value for name, value in list(globals().items()) if name.startswith("test_")])
