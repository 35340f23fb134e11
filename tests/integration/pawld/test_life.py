# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""A device's life with its server, and the server is strict: whatever it refuses fails the test."""

import configparser
import contextlib
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import ats
import device
from device import BUILD

# How many events an outage leaves behind.
EVENTS_WAITING = sys.argv[1] if len(sys.argv) > 1 else "1000"
# A secret that must not leave.
PASSWORD = "a-word-that-nobody-says"
# pawlctl(1): exit status
NOTHING_TO_DO = 3

POLL = [
    "PUT /director/manifest", "GET /director/2.root.json", "GET /director/timestamp.json", "GET /director/targets.json",
]
EVENTS = [
    "EcuDownloadStarted", "EcuDownloadCompleted", "EcuInstallationStarted", "EcuInstallationApplied",
    "EcuInstallationCompleted",
]


def last_manifest(server):
    return server.bodies("/director/manifest")[-1]["signed"]


def image(server, serial="main-1"):
    return last_manifest(server)["ecu_version_manifests"][serial]["signed"]["installed_image"]


def test_first_boot_and_three_updates(pawl):
    fleet = ats.Fleet(pawl.folder / "fleet")
    with ats.serve(fleet) as server:
        ats.configure(pawl, fleet, server)
        pawl.start()
        answer = pawl.ctl("update")
        assert answer.returncode == NOTHING_TO_DO, (answer, pawl.read("log"))
        assert server.lines() == ["POST /director/ecus", *POLL], server.lines()
        assert server.stats()["connections"] == 1
        for number in "234":
            name, content = f"app-{number}", f"version {number}".encode()
            fleet.add(name, content)
            correlation_id = fleet.assign(name)
            before = len(ats.types(server))
            ats.update(pawl)
            assert pawl.running() == name
            pawl.wait_for(lambda: len(ats.types(server)) >= before + len(EVENTS))
            assert ats.types(server)[before:] == EVENTS, ats.types(server)[before:]
            pawl.wait_for(lambda: ats.reports(server) and ats.reports(server)[-1]["correlation_id"] == correlation_id)
            assert ats.reports(server)[-1]["result"]["success"] is True
            assert image(server)["filepath"] == name
            assert image(server)["fileinfo"]["hashes"] == {"sha256": hashlib.sha256(content).hexdigest()}
        assert server.lines().count("POST /director/ecus") == 1
        assert pawl.ctl("check").returncode == NOTHING_TO_DO


def test_a_failure_and_a_rollback(pawl):
    fleet = ats.Fleet(pawl.folder / "fleet")
    fleet.add("app-2", b"the second version")
    fleet.add("app-3", b"the third version")
    with ats.serve(fleet) as server:
        ats.configure(pawl, fleet, server, rest="[trial]\nrequired=user\n")
        pawl.start()
        correlation_id = fleet.assign("app-2")
        pawl.write("fail-install", "")
        assert pawl.ctl("update").returncode != 0
        pawl.wait_for(lambda: ats.reports(server))
        assert ats.reports(server)[-1]["correlation_id"] == correlation_id
        assert ats.reports(server)[-1]["result"]["code"] == "board:INSTALL_FAILED"
        assert ats.reports(server)[-1]["items"][0]["ecu"] == "main-1"
        assert image(server)["filepath"] == "old"
        (pawl.folder / "fail-install").unlink()
        correlation_id = fleet.assign("app-3")
        assert pawl.ctl("update").returncode == 0
        ats.reboot(pawl)
        pawl.wait_for(lambda: pawl.state() == "trial")
        assert pawl.ctl("reject", "it is ugly").returncode == 0
        ats.reboot(pawl)
        pawl.wait_for(lambda: pawl.state() == "idle")
        pawl.wait_for(lambda: len(ats.reports(server)) == 2)
        assert ats.reports(server)[-1]["correlation_id"] == correlation_id
        assert ats.reports(server)[-1]["result"]["success"] is False
        assert "ugly" in json.dumps(ats.reports(server)[-1])
        assert image(server)["filepath"] == "old"


@contextlib.contextmanager
def outbox_in_memory(pawl):
    """Thousands of files that are synced one by one are a test of the disk otherwise."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        (pawl.folder / "state").mkdir()
        (pawl.folder / "state" / "outbox").symlink_to(folder)
        yield pathlib.Path(folder)


def test_an_outage_of_many_events(pawl):
    fleet = ats.Fleet(pawl.folder / "fleet")
    fleet.add("app-2", b"the second version")
    with ats.serve(fleet) as server, outbox_in_memory(pawl) as outbox:
        ats.configure(pawl, fleet, server, daemon="outbox-limit=20000\n")
        server.fault("POST", "/events", "503", 1000000)
        server.fault("PUT", "/director/manifest", "503", 1000000)
        pawl.start()
        correlation_id = fleet.assign("app-2")
        ats.update(pawl)
        pawl.stop()
        subprocess.run([BUILD / "tests/support/ats-server/fill-outbox", outbox, EVENTS_WAITING, "main-1"], check=True)
        waiting = len(list(outbox.glob("*.event")))
        assert waiting >= int(EVENTS_WAITING)
        pawl.start()
        assert pawl.ctl("check").returncode == NOTHING_TO_DO
        assert len(list(outbox.glob("*.event"))) == waiting and server.stats()["events"] == 0
        server.fault("POST", "/events", "503", 0)
        server.fault("PUT", "/director/manifest", "503", 0)
        server.set("max-events-bytes", 5000)
        assert pawl.ctl("check").returncode == NOTHING_TO_DO
        pawl.wait_for(lambda: not list(outbox.iterdir()))
        stats = server.stats()
        assert (stats["events"], stats["repeated"]) == (waiting, 0), stats
        assert ats.reports(server)[-1]["correlation_id"] == correlation_id
        assert all(len(entry["body"]) <= 5000 for entry in server.requests()
                   if entry["path"] == "/events" and entry["status"] == 204)


def test_an_outbox_that_is_full_keeps_results(pawl):
    fleet = ats.Fleet(pawl.folder / "fleet")
    fleet.add("app-2", b"the second version")
    with ats.serve(fleet) as server, outbox_in_memory(pawl) as outbox:
        ats.configure(pawl, fleet, server, daemon="outbox-limit=10\n")
        # It warns of what it drops.
        pawl.env["G_DEBUG"] = "gc-friendly"
        subprocess.run([BUILD / "tests/support/ats-server/fill-outbox", outbox, "30", "main-1"], check=True)
        server.fault("POST", "/events", "503", 1000000)
        server.fault("PUT", "/director/manifest", "503", 1000000)
        pawl.start()
        fleet.assign("app-2")
        ats.update(pawl)
        assert len(list(outbox.glob("*.report"))) == 1
        assert len(list(outbox.glob("*.event"))) <= 9


def test_a_replaced_ecu(pawl):
    fleet = ats.Fleet(pawl.folder / "fleet")
    with ats.serve(fleet) as server:
        ats.configure(pawl, fleet, server)
        pawl.start()
        assert pawl.ctl("check").returncode == NOTHING_TO_DO
        pawl.stop()
        pawl.ecus = ("main", "radio")
        pawl.write("running-radio", "name=radio-1\nsha256=" + "1" * 64 + "\n")
        ats.configure(pawl, fleet, server)
        pawl.start()
        answer = pawl.ctl("check")
        assert "ecu_replacement_disabled" in answer.stderr, answer
        server.set("replacement", 1)
        assert pawl.ctl("check").returncode == NOTHING_TO_DO
        assert image(server, "radio-1")["filepath"] == "radio-1"
        assert set(last_manifest(server)["ecu_version_manifests"]) == {"main-1", "radio-1"}
        fleet.add("app-2", b"for both")
        correlation_id = fleet.assign("app-2", "main", "radio")
        ats.update(pawl)
        assert pawl.running("main") == pawl.running("radio") == "app-2"
        pawl.wait_for(lambda: ats.reports(server))
        assert ats.reports(server)[-1]["correlation_id"] == correlation_id
        assert {item["ecu"] for item in ats.reports(server)[-1]["items"]} == {"main-1", "radio-1"}


def provision(pawl, fleet, server, authority, shared, more=""):
    ats.configure(pawl, fleet, server, http=(
        f"tls-ca-path={authority.folder}/ca.pem\nprovision-url={server.url}/devices\n"
        f"provision-p12-path={shared}\nprovision-p12-password={PASSWORD}\nstall-timeout-s=10\n{more}"))


def test_a_device_gets_credentials_of_its_own(pawl):
    """Whatever the server answers first; and what it had before is gone when it has them, and was never told."""
    fleet = ats.Fleet(pawl.folder / "fleet")
    authority = ats.Authority(fleet.folder)
    shared = authority.share(PASSWORD)
    own = pawl.folder / "state/transport/http/device.pem"
    with ats.serve(fleet, *authority.arguments()) as server:
        provision(pawl, fleet, server, authority, shared)
        pawl.start()
        for kind in FAULTS:
            server.fault("POST", "/devices", kind)
            answer = pawl.ctl("check")
            assert answer.returncode != NOTHING_TO_DO and "/devices" in answer.stderr, (kind, answer)
            assert shared.exists() and not own.exists(), kind
        assert server.lines() == ["POST /devices"] * len(server.lines()), server.lines()
        assert pawl.ctl("check").returncode == NOTHING_TO_DO
        assert json.loads(server.requests()[-len(POLL) - 2]["body"])["ttl"] == "36000"
        assert not shared.exists() and own.stat().st_mode & 0o777 == 0o600
        assert pawl.ctl("check").returncode == NOTHING_TO_DO
        pawl.stop()
        # The power went before the shared ones were removed.
        shared.write_bytes(b"again")
        pawl.start()
        before = server.lines().count("POST /devices")
        assert pawl.ctl("check").returncode == NOTHING_TO_DO
        assert server.lines().count("POST /devices") == before and not shared.exists()
        key = own.read_text().splitlines()[1]
        told = [pawl.log(), server.log.read_text(), *(pawl.ctl("--json", *words.split()).stdout for words in
                ("status", "config", "history", "why", "doctor"))]
        assert not [text for text in told if PASSWORD in text or key in text]


def test_a_device_that_is_known_already_says_so(pawl):
    fleet = ats.Fleet(pawl.folder / "fleet")
    authority = ats.Authority(fleet.folder)
    shared = authority.share(PASSWORD)
    with ats.serve(fleet, *authority.arguments()) as server:
        provision(pawl, fleet, server, authority, shared, "provision-device-id=one\n")
        pawl.start()
        assert pawl.ctl("check").returncode == NOTHING_TO_DO
        pawl.stop()
        (pawl.folder / "state/transport/http/device.pem").unlink()
        authority.share(PASSWORD)
        pawl.start()
        answer = pawl.ctl("check")
        assert "409, device_already_registered" in answer.stderr, answer
        assert shared.exists()


INVENTORY = ["/system_info", "/core/installed", "/system_info/network"]


def test_the_server_knows_what_it_may_know(pawl):
    """Nothing unless it is listed, each thing once, and again when it is new."""
    fleet = ats.Fleet(pawl.folder / "fleet")
    packages = pawl.write("packages", "busybox 1.36\nnot-a-package\nlibc  2.36-9\n")
    with ats.serve(fleet) as server:
        ats.configure(pawl, fleet, server)
        pawl.start()
        assert pawl.ctl("check").returncode == NOTHING_TO_DO
        assert not [entry for entry in server.requests() if entry["path"] in INVENTORY]
        pawl.stop()
        ats.configure(pawl, fleet, server, uptane=f"report-fields=hostname;kernel\npackages-file={packages}\n")
        pawl.start()
        server.fault("PUT", "/core/installed", "503")
        for _ in range(3):
            assert pawl.ctl("check").returncode == NOTHING_TO_DO
        assert [len(server.bodies(path)) for path in INVENTORY] == [1, 1, 1]
        assert server.bodies("/core/installed") == [
            [{"name": "busybox", "version": "1.36"}, {"name": "libc", "version": "2.36-9"}]]
        network = server.bodies("/system_info/network")[0]
        assert network == {"hostname": os.uname().nodename, "local_ipv4": "", "mac": ""}
        assert server.bodies("/system_info")[0] == {
            "class": "system", "kernel": os.uname().release, "width": os.uname().machine}
        packages.write_text("busybox 1.37\n")
        assert pawl.ctl("check").returncode == NOTHING_TO_DO
        assert [len(server.bodies(path)) for path in INVENTORY] == [1, 2, 1]


def shape(value, name=""):
    """What a body is made of: members, and the kinds of their values; serials of ECUs are names like any other."""
    if isinstance(value, dict):
        if name == "ecu_version_manifests":
            value = {"SERIAL": next(iter(value.values()))}
        return {key: shape(member, key) for key, member in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


def captured():
    """What another client sent, in order: method and path, body."""
    for line in (pathlib.Path(__file__).parent / "aktualizr-requests.txt").read_text().splitlines():
        if not line.startswith("#"):
            method, path, body = line.split(" ", 2)
            yield f"{method} {path}", body


def test_each_body_has_the_members_and_the_form_of_the_captured_client(pawl):
    fleet = ats.Fleet(pawl.folder / "fleet")
    fleet.add("app-2", b"the second version")
    packages = pawl.write("packages", "fake-package 1.0\n")
    with ats.serve(fleet) as server:
        ats.configure(pawl, fleet, server, uptane=(
            f"report-fields=hostname;address;mac\npackages-file={packages}\n"))
        pawl.start()
        assert pawl.ctl("check").returncode == NOTHING_TO_DO
        fleet.assign("app-2")
        ats.update(pawl)
        pawl.wait_for(lambda: ats.reports(server) and len(ats.types(server)) == len(EVENTS))
        sent = {}
        for entry in server.requests():
            if entry["body"]:
                sent.setdefault(f"{entry['method']} {entry['path']}", []).append(entry)
    for request, body in captured():
        theirs = json.loads(body)
        alike = [entry for entry in sent[request] if shape(drop_correlation(json.loads(entry["body"]))) == shape(theirs)]
        assert alike, (request, shape(theirs), [shape(json.loads(entry["body"])) for entry in sent[request]])
        if request == "POST /events":
            assert theirs[0]["eventType"]["id"] in ats.types(server)
        for entry in alike:
            assert entry["headers"]["Content-Type"] == "application/json"
            assert entry["body"].encode() == ats.canonical(json.loads(entry["body"])), entry["body"]
    assert set(sent) == {request for request, _ in captured()}


def drop_correlation(body):
    """The captured Director had given no id."""
    if isinstance(body, list) and "event" in body[0]:
        body[0]["event"].pop("correlationId", None)
    return body


def list_secrets():
    """Every key of every plugin that holds one."""
    for path in sorted((BUILD / "plugins").glob("*/*.plugin")):
        keys = configparser.ConfigParser(interpolation=None)
        keys.read(path)
        for group in keys.sections():
            if group.startswith("Key ") and keys[group]["type"] == "secret":
                yield path.stem, group.removeprefix("Key ")


def listen(pawl, server):
    """All that went out, and all that is shown: the wire, the log, every command and the bus."""
    told = [server.log.read_text() if server.log.exists() else "", pawl.log()]
    for words in ("status", "config", "history", "why", "plugins", "doctor"):
        told += [str(pawl.ctl(words)), str(pawl.ctl("--json", words))]
    told.append(subprocess.run(
        ["dbus-send", f"--bus={pawl.address}", "--print-reply", "--dest=org.pawl.Update1", "/org/pawl/Update1",
         "org.freedesktop.DBus.Properties.GetAll", "string:org.pawl.Update1"],
        capture_output=True, text=True, check=True).stdout)
    return told


def test_no_secret_leaves(pawl):
    """One in every key that is a secret, and all that goes out or is shown, looked through."""
    fleet = ats.Fleet(pawl.folder / "fleet")
    fleet.add("app-2", b"the second version")
    secrets = list(list_secrets())
    assert ("http", "tls-client-pin") in secrets and ("uptane", "ecu-key-pin") in secrets
    planted = {plugin: "".join(f"{key}={PASSWORD}-{plugin}-{key}\n" for owner, key in secrets if owner == plugin)
               for plugin, _ in secrets}
    packages = pawl.write("packages", "busybox 1.36\n")
    with ats.serve(fleet) as server:
        ats.configure(pawl, fleet, server, http=planted.pop("http"), uptane=planted.pop("uptane") + (
            f"report-fields=hostname;address;mac;hardware;kernel\npackages-file={packages}\n"),
            rest="".join(f"[plugin:{plugin}]\n{keys}" for plugin, keys in planted.items()))
        pawl.start(wrapper=["env", "G_MESSAGES_DEBUG=all"])
        fleet.assign("app-2")
        server.fault("PUT", "/director/manifest", "garbage")
        ats.update(pawl)
        pawl.wait_for(lambda: ats.reports(server))
        told = listen(pawl, server)
        assert "app-2" in told[0] and "app-2" in told[-1] + told[-2] + told[1]
        assert not [text[:200] for text in told if PASSWORD in text]


def go_on(pawl, *arguments, **settings):
    """Another life of the daemon, with other settings and every line of its log."""
    pawl.stop()
    ats.configure(pawl, *arguments, **settings)
    pawl.start(wrapper=["env", "G_MESSAGES_DEBUG=all"])


def test_no_secret_inside_an_address_leaves(pawl):
    """Passwords and PINs in keys that are no secrets as a whole, in what works and in what goes wrong."""
    fleet = ats.Fleet(pawl.folder / "fleet")
    fleet.add("app-2", b"the second version")
    user = f"://robot:{PASSWORD}@"
    token = f"pkcs11:token=absent;object=key?pin-value={PASSWORD}"
    told = []
    with ats.serve(fleet) as server:
        go_on(pawl, fleet, server, http=f"proxy=http{user}127.0.0.1:1\n")
        told += [pawl.bus_error("Check"), *listen(pawl, server)]
        go_on(pawl, fleet, server, http=f"tls-client-cert-path={token}\n", uptane=f"ecu-key={token}\n")
        told += [pawl.bus_error("Check"), *listen(pawl, server)]
        server.url = server.url.replace("://", user)
        mirrors = f"image-urls={server.url}/repo/;{server.url}/repo/;\n"
        go_on(pawl, fleet, server, uptane=mirrors, rest="download=manual\n")
        fleet.assign("app-2")
        server.fault("GET", "/director/targets.json", "500")
        told.append(pawl.bus_error("Check"))
        assert pawl.ctl("check").returncode == 0, pawl.log()
        told += listen(pawl, server)
        assert "http://robot:***@127.0.0.1" in told[-1] and "/repo/targets/app-2" in told[-1], told[-1]
        server.fault("GET", "/repo/targets/app-2", "404", times=2)
        told.append(str(pawl.ctl("fetch")))
        assert pawl.ctl("approve", "download").returncode == 0
        ats.update(pawl)
        pawl.wait_for(lambda: ats.reports(server))
        told += listen(pawl, server)
        go_on(pawl, fleet, server, http=f"proxy=http{user}127.0.0.1:port\n")
        told += listen(pawl, server)
        assert 'found "http://robot:***@127.0.0.1:port"' in pawl.log(), pawl.log()
    assert not [text[:400] for text in told if PASSWORD in text]


FAULTS = ["400", "403", "404", "410", "429", "500", "503", "garbage", "empty", "huge", "close", "silent"]


def go_wrong(pawl, server, request, kind):
    method, _, path = request.partition(" ")
    server.fault(method, path, kind)
    answer = pawl.ctl("check")
    what = path.rpartition("/")[2].removesuffix(".json").removeprefix("2.")
    told = len(answer.stderr.splitlines()) == 1 and what in answer.stderr
    assert answer.returncode in (0, NOTHING_TO_DO) or told, (request, kind, answer)
    return answer


def test_whatever_the_server_answers(pawl):
    """Each fault at each request of a poll: a reason, nothing lost, no hurry, and the next check is as if nothing was."""
    fleet = ats.Fleet(pawl.folder / "fleet")
    with ats.serve(fleet) as server:
        ats.configure(pawl, fleet, server, http="stall-timeout-s=1\n")
        pawl.start()
        for kind in FAULTS:
            answer = go_wrong(pawl, server, "POST /director/ecus", kind)
            # Nobody can tell that this came from somebody else, until the manifest is refused.
            assert "ecus" in answer.stderr or kind == "empty", (kind, answer)
        for request in POLL:
            for kind in FAULTS:
                go_wrong(pawl, server, request, kind)
                answer = pawl.ctl("check")
                assert answer.returncode == NOTHING_TO_DO, (request, kind, answer)
                assert pawl.state() == "idle"
        before = len(server.requests())
        time.sleep(1)
        assert len(server.requests()) == before
        fleet.add("app-2", b"the second version")
        fleet.assign("app-2")
        ats.update(pawl)
        assert pawl.running() == "app-2"


def test_whatever_the_image_repository_answers(pawl):
    fleet = ats.Fleet(pawl.folder / "fleet")
    fleet.add("app-2", b"the second version")
    requests = ["GET /repo/2.root.json", "GET /repo/timestamp.json", "GET /repo/snapshot.json", "GET /repo/targets.json"]
    with ats.serve(fleet) as server:
        ats.configure(pawl, fleet, server, http="stall-timeout-s=1\n", rest="download=manual\n")
        pawl.start()
        fleet.assign("app-2")
        for request in requests:
            for kind in FAULTS:
                fleet.publish()
                go_wrong(pawl, server, request, kind)
                answer = pawl.ctl("check")
                assert answer.returncode == 0, (request, kind, answer)
        for kind in FAULTS:
            server.fault("GET", "/repo/targets/app-2", kind)
            answer = pawl.ctl("fetch")
            if pawl.state() == "idle":
                # Bytes that are wrong end the update; a person may want it all the same.
                assert kind in ("garbage", "empty", "huge"), (kind, answer)
                pawl.ctl("forget")
                fleet.assign("app-2")
                pawl.ctl("check")
            assert pawl.state() in ("available", "fetched"), (kind, answer, pawl.state())
        assert pawl.ctl("approve", "download").returncode == 0
        ats.update(pawl)
        assert pawl.running() == "app-2"


device.run([value for name, value in list(globals().items()) if name.startswith("test_")])
