# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""A device that does as its Director says: Director and Image repository made by pawl-repo, both proven, manifests sent."""

import contextlib
import functools
import http.server
import json
import threading

import device
import system
from fleet import Fleet
from repository import Quiet

# pawlctl(1): exit status
NOTHING_TO_DO = 3
REFUSED = 10


class Server(Quiet):
    """Static files, and a sink for what a device sends."""

    def take(self):
        self.server.sent.append((self.command, self.path, self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_PUT = take
    do_POST = take


@contextlib.contextmanager
def serve(fleet):
    handler = functools.partial(Server, directory=str(fleet.public))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.sent = []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", server.sent
        finally:
            server.shutdown()
            thread.join()


def configure(pawl, fleet, url, installer="exec", rest=""):
    pawl.configure(
        daemon=f"verifier=uptane\nplugins=http;{installer};uptane;user;file\n", installer=installer,
        rest=f"{rest}[plugin:http]\nretries=0\n[plugin:uptane]\ndirector-url={url}/fleet/car-1\nimage-urls={url}\n"
             f"director-root-file={fleet.director_root}\nimage-root-file={fleet.root}\n"
             f"vehicle-id=car-1\n[policy]\npoll-interval-s=0\n")


def reboot(pawl):
    pawl.wait_for((pawl.folder / "reboot-wanted").exists)
    pawl.stop()
    pawl.boot()
    pawl.start()


def manifests(sent):
    return [json.loads(body) for command, path, body in sent if path.endswith("/manifest")]


def test_does_as_the_director_says(pawl):
    fleet = Fleet(pawl.folder / "repository")
    fleet.add("app-2", "2", b"the second version")
    fleet.add("app-3", "3", b"the third version")
    with serve(fleet) as (url, sent):
        configure(pawl, fleet, url)
        pawl.start()
        assert pawl.ctl("update").returncode == NOTHING_TO_DO, pawl.read("log")
        fleet.tell("app-2")
        answer = pawl.ctl("update")
        assert answer.returncode == 0, answer
        reboot(pawl)
        pawl.wait_for(lambda: pawl.state() == "idle")
        assert pawl.running() == "app-2"
        pawl.ctl("check")
    assert any(path.endswith("/ecus") for _, path, _ in sent), sent
    last = json.dumps(manifests(sent)[-1])
    assert "app-2" in last and "main-1" in last, last


def test_a_director_alone_is_not_enough(pawl):
    """Somebody with the Director's key names bytes that the Image repository does not vouch for."""
    fleet = Fleet(pawl.folder / "repository")
    fleet.add("app-2", "2", b"the second version")
    with serve(fleet) as (url, sent):
        configure(pawl, fleet, url)
        pawl.start()
        fleet.tell("app-2")
        fleet.call("target", "remove", "app-2")
        fleet.publish()
        answer = pawl.ctl("update")
        assert answer.returncode == REFUSED and "app-2" in answer.stderr, answer
        assert pawl.state() == "idle" and pawl.running() == "old"


def update_system(pawl, format):
    """A commit that both repositories name, by its id instead of a length and a hash of bytes."""
    root = system.Root(pawl.folder / "sysroot")
    fleet = Fleet(pawl.folder / "repository", format)
    content = system.Content(fleet.public / "ostree", pawl.folder / "trees")
    root.provision(content, content.commit("1"))
    commit = content.commit("2")
    with serve(fleet) as (url, sent):
        fleet.add_commit(content.folder, commit, "2", f"{url}/ostree")
        configure(pawl, fleet, url, "ostree", f"[plugin:ostree]\nsysroot={root.path}\nos=product\nretries=0\n")
        pawl.env["OSTREE_SYSROOT_DEBUG"] = "mutable-deployments"
        pawl.start()
        fleet.tell("product-2")
        answer = pawl.ctl("update")
        assert answer.returncode == 0, (answer, pawl.log())
        reboot(pawl)
        pawl.wait_for(lambda: pawl.state() == "idle")
        pawl.ctl("check")
    assert root.deployed().startswith(commit)
    last = json.dumps(manifests(sent)[-1])
    assert "product-2" in last and commit in last, last


def test_a_whole_system(pawl):
    update_system(pawl, "tuf")


def test_a_whole_system_in_the_ats_dialect(pawl):
    update_system(pawl, "ats")


# ---- without a server: a medium that pawl-repo wrote ----

# Nobody answers there.
UNREACHABLE_URL = "http://127.0.0.1:9"


def bundle(pawl, fleet, name, *targets):
    """Writes a medium; in the ATS format it is a lockbox, else both repositories' folders."""
    stick = pawl.folder / name
    signers = [f"--keys={fleet.folder}/director-keys"] if fleet.format == "ats" else []
    fleet.call("director", "offline-bundle", name, stick, *(f"--target={target}" for target in targets), *signers)
    return stick


def update_from_a_medium(pawl, format):
    fleet = Fleet(pawl.folder / "repository", format)
    fleet.add("app-2", "2", b"the second version")
    fleet.tell("app-2")
    stick = bundle(pawl, fleet, "summer", "app-2")
    with serve(fleet) as (url, sent):
        configure(pawl, fleet, url)
    # Nobody answers there by now.
    pawl.start()
    answer = pawl.ctl("update", "--source", str(stick))
    assert answer.returncode == 0, (answer, pawl.log())
    reboot(pawl)
    pawl.wait_for(lambda: pawl.state() == "idle")
    assert pawl.running() == "app-2"
    assert pawl.ctl("check", "--source", str(stick)).returncode in (0, NOTHING_TO_DO)
    return fleet, stick


def test_a_medium_updates_without_a_server(pawl):
    update_from_a_medium(pawl, "tuf")


def test_a_lockbox_updates_without_a_server(pawl):
    update_from_a_medium(pawl, "ats")


def test_results_of_a_lockbox_are_told_at_the_next_contact(pawl):
    fleet, _ = update_from_a_medium(pawl, "ats")
    with serve(fleet) as (url, sent):
        configure(pawl, fleet, url)
        pawl.stop()
        pawl.start()
        pawl.ctl("check")
        pawl.wait_for(lambda: any("installation_report" in manifest["signed"] for manifest in manifests(sent)))
    reports = [manifest["signed"]["installation_report"]["report"] for manifest in manifests(sent)
               if "installation_report" in manifest["signed"]]
    assert reports[0]["correlation_id"].startswith("urn:tdx-ota:lockbox:summer:"), reports
    assert reports[0]["result"]["success"], reports


def test_a_bad_lockbox_is_refused(pawl):
    """Bytes, metadata, one that is older than the last, and one for other hardware."""
    fleet = Fleet(pawl.folder / "repository", "ats")
    fleet.add("app-2", "2", b"the second version")
    fleet.add("radio-2", "2", b"for the radio", hardware="radio")
    old = bundle(pawl, fleet, "summer", "app-2")
    foreign = bundle(pawl, fleet, "radio", "radio-2")
    fleet.add("app-3", "3", b"the third version")
    new = bundle(pawl, fleet, "winter", "app-3")
    configure(pawl, fleet, UNREACHABLE_URL)
    pawl.start()
    answer = pawl.ctl("check", "--source", str(foreign))
    assert answer.returncode != 0 and "hardware of this device" in answer.stderr, answer
    updates = new / "metadata/director/winter.json"
    good = updates.read_text()
    updates.write_text(good.replace("app-3", "app-9"))
    answer = pawl.ctl("check", "--source", str(new))
    assert answer.returncode == REFUSED, answer
    updates.write_text(good)
    (new / "images/app-3").write_bytes(b"the thirst version")
    answer = pawl.ctl("update", "--source", str(new))
    assert answer.returncode == REFUSED and pawl.running() == "old", answer
    assert "app-3" in answer.stderr and "store has no" not in answer.stderr, answer
    answer = pawl.ctl("check", "--source", str(old))
    assert answer.returncode == REFUSED and "was there before" in answer.stderr, answer
    answer = pawl.ctl("check", "--source", str(pawl.folder / "nowhere"))
    assert answer.returncode != 0 and "nowhere" in answer.stderr, answer


def test_a_lockbox_older_than_what_was_seen_online_is_refused(pawl):
    fleet = Fleet(pawl.folder / "repository", "ats")
    fleet.add("app-2", "2", b"the second version")
    old = bundle(pawl, fleet, "summer", "app-2")
    fleet.add("app-3", "3", b"the third version")
    fleet.tell("app-3")
    with serve(fleet) as (url, sent):
        configure(pawl, fleet, url)
        pawl.start()
        assert pawl.ctl("update").returncode == 0, pawl.log()
        reboot(pawl)
        pawl.wait_for(lambda: pawl.state() == "idle")
    answer = pawl.ctl("check", "--source", str(old))
    assert answer.returncode == REFUSED, answer
    assert "snapshot: found version" in answer.stderr and "was there before" in answer.stderr, answer


if __name__ == "__main__":
    device.run([value for name, value in list(globals().items()) if name.startswith("test_")])
