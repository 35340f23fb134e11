# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""A device without a battery for its clock: it once saw that its metadata is fresh, and starts in 1970 after that."""

import device
import system
from nginx import Nginx
from repository import Repository

# pawlctl(1): exit status
NOTHING_TO_DO = 3
WRONG_CLOCK = ("env", "DONT_FAKE_MONOTONIC=1", "faketime", "-f", "@1970-01-02 00:00:00")


def test_a_clock_in_1970_keeps_no_update_away(pawl):
    root = system.Root(pawl.folder / "sysroot")
    repository = Repository(pawl.folder / "repository")
    content = system.Content(repository.public / "ostree", pawl.folder / "trees")
    root.provision(content, content.commit("1"))
    server = Nginx(pawl.folder / "nginx", repository.public)
    tls = (f"tls-ca-path={server.folder}/ca.pem\ntls-client-cert-path={server.folder}/device.pem\n"
           f"tls-client-key-path={server.folder}/device.key\nretries=0\n")
    with server.serve() as url:
        system.configure(pawl, repository, root, url, tls, tls)
        pawl.start()
        assert pawl.ctl("check").returncode == NOTHING_TO_DO, pawl.log()
        pawl.stop()

        commit = content.commit("2")
        repository.add_commit(content.folder, commit, "2", f"{url}/ostree")
        pawl.start(WRONG_CLOCK)
        answer = pawl.ctl("update")
        assert answer.returncode == 0, (answer, pawl.log())
    assert root.deployed().startswith(commit)


device.run([value for name, value in list(globals().items()) if name.startswith("test_")])
