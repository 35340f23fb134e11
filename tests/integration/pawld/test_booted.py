# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""The main job: a device that runs from OSTree is told by its Director to run another version, over mutual TLS.

pawld, uptane, http, ostree and health run inside the booted system; the repositories are pawl-repo's, behind nginx.
"""

import json

import booted
import device
from fleet import Fleet
from nginx import Nginx

# pawlctl(1): exit status
REFUSED = 10

CONFIGURATION = """[daemon]
verifier=uptane
boot-control=file
plugins=http;ostree;uptane;health;file
idle-exit-s=0
reboot-command=/usr/bin/touch /run/reboot-wanted
[policy]
poll-interval-s=0
[trial]
required=health
deadline-s=60
[plugin:uptane]
director-url={url}/fleet/car-1
image-urls={url}
director-root-file=/etc/pawl/director-root.json
image-root-file=/etc/pawl/image-root.json
vehicle-id=car-1
[plugin:http]
retries=1
retry-delay-ms=100
{tls}[plugin:ostree]
retries=1
retry-delay-ms=100
reserve-mib=1
{tls}[ecu:main]
installer=ostree
serial=main-1
hardware-id=board
"""

TLS = """tls-ca-path=/etc/pawl/ca.pem
tls-client-cert-path=/etc/pawl/device.pem
tls-client-key-path=/etc/pawl/device.key
"""


class Story:
    """The operator's side, and a device with version 1."""

    def __init__(self, pawl, http2=False):
        device.need_root()
        self.pawl = pawl
        self.fleet = Fleet(pawl.folder / "repository")
        self.content = self.fleet.public / "ostree"
        self.trees = booted.Trees(pawl.folder / "trees", self.content)
        self.trees.commit_base(self.trees.make_base())
        self.server = Nginx(pawl.folder / "nginx", self.fleet.public, http2)
        self.commits = {"1": self.trees.version("1")}
        self.add("1")
        tls = {f"pawl/{name}": (self.server.folder / name).read_bytes() for name in ("ca.pem", "device.pem", "device.key")}
        pawl.provision(self.content, self.commits["1"], {
            "pawl/pawld.conf": CONFIGURATION.format(url=self.server.url, tls=TLS),
            "pawl/director-root.json": self.fleet.director_root.read_bytes(),
            "pawl/image-root.json": self.fleet.root.read_bytes(),
            **tls,
        })

    def add(self, number):
        self.fleet.add_commit(self.content, self.commits[number], number, f"{self.server.url}/ostree")

    def release(self, number, files=()):
        """Publishes a version, and tells the device to run it."""
        self.commits[number] = self.trees.version(number, files)
        self.add(number)
        self.fleet.tell(f"product-{number}")

    def deployed(self):
        names = {commit: number for number, commit in self.commits.items()}
        return [names[commit] for commit in self.pawl.deployed()]

    def last_manifest(self):
        return json.dumps([json.loads(body) for _, path, body in self.server.sent if path.endswith("/manifest")][-1])


def settle(pawl, expected="idle"):
    pawl.wait_for(lambda: pawl.state() == expected)


def test_moves_on_refuses_forgeries_and_comes_back(pawl):
    story = Story(pawl)
    with story.server.serve():
        pawl.start()
        assert pawl.running_version() == "1"

        story.release("2")
        answer = pawl.ctl("update")
        assert answer.returncode == 0, (answer, pawl.read("log"))
        pawl.reboot()
        assert pawl.running_version() == "2"
        settle(pawl)
        assert story.deployed() == ["2", "1"]
        assert pawl.json("history")["reports"][0]["success"] is True
        pawl.ctl("check")
        assert "product-2" in story.last_manifest()

        story.release("3")
        pristine = {path: path.read_bytes() for path in (story.content / "objects").glob("*/*.filez")}
        for path, data in pristine.items():
            path.unlink()
            path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        answer = pawl.ctl("update")
        assert answer.returncode == REFUSED, (answer, pawl.read("log"))
        assert story.deployed() == ["2", "1"] and pawl.running_version() == "2"
        for path, data in pristine.items():
            path.write_bytes(data)

        story.release("4", {"usr/lib/pawl/health/required.d/self-test": "#!/bin/sh\nexit 1\n"}.items())
        assert pawl.ctl("update").returncode == 0, pawl.read("log")
        pawl.reboot()
        assert pawl.running_version() == "4"
        pawl.reboot()
        assert pawl.running_version() == "2"
        settle(pawl)
        assert story.deployed()[0] == "2"
        assert pawl.json("history")["reports"][0]["success"] is False
        pawl.power_off()


device.run([value for name, value in list(globals().items()) if name.startswith("test_")], booted.Booted)
