# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""A fleet of one device in the ATS dialect: a Director and an Image repository behind the strict server."""

import base64
import contextlib
import datetime
import hashlib
import ipaddress
import json
import subprocess
import sys
import urllib.parse
import urllib.request
import uuid

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import pkcs12

from device import BUILD

ROLES = ("root", "targets", "snapshot", "timestamp")
EXPIRES = "2100-01-01T00:00:00Z"


def canonical(value):
    """The form that is signed and hashed: what jsoncpp's compact writer makes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


class Key:
    def __init__(self):
        self.private = ed25519.Ed25519PrivateKey.generate()
        raw = self.private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        self.public = {"keytype": "ED25519", "keyval": {"public": raw.hex().upper()}}
        self.id = hashlib.sha256(canonical(self.public["keyval"]["public"])).hexdigest()

    def sign(self, signed):
        sig = base64.b64encode(self.private.sign(canonical(signed))).decode()
        return {"signatures": [{"keyid": self.id, "method": "ed25519", "sig": sig}], "signed": signed}


class Signed:
    """A folder of metadata of the ATS dialect, made by nothing of Pawl's."""

    def __init__(self, folder, more_roles=()):
        self.folder = folder
        folder.mkdir(parents=True)
        self.keys = {role: Key() for role in (*ROLES, *more_roles)}
        self.versions = {}
        self.write("root", {
            "_type": "Root", "consistent_snapshot": False, "keys": {key.id: key.public for key in self.keys.values()},
            "roles": {role: {"keyids": [key.id], "threshold": 1} for role, key in self.keys.items()}}, "1.root.json")

    def write(self, role, signed, name=None, expires=EXPIRES):
        self.versions[role] = self.versions.get(role, 0) + 1
        document = self.keys[role].sign(dict(signed, version=self.versions[role], expires=expires))
        path = self.folder / (name or f"{role}.json")
        path.write_bytes(canonical(document))
        return path

    def describe(self, role, name):
        """As a snapshot or timestamp names a file: its canonical form is what it hashes."""
        data = (self.folder / name).read_bytes()
        return {name: {"version": self.versions[role], "length": len(data),
                       "hashes": {"sha256": hashlib.sha256(data).hexdigest()}}}


class Fleet:
    """A Director and an Image repository."""

    def __init__(self, folder):
        self.folder = folder
        self.files = folder / "files"
        self.director = Signed(self.files / "director", ("offline-updates", "offline-snapshot"))
        self.images = Signed(self.files / "repo")
        self.targets = {}
        self.assigned = {}
        (self.files / "repo" / "targets").mkdir()
        self.publish()
        self.tell()

    def add(self, name, content):
        self.targets[name] = {
            "length": len(content), "hashes": {"sha256": hashlib.sha256(content).hexdigest()},
            "custom": {"hardwareIds": ["board"], "targetFormat": "BINARY", "name": name, "version": name[-1]}}
        (self.files / "repo" / "targets" / name).write_bytes(content)
        self.publish()

    def publish(self):
        self.images.write("targets", {"_type": "Targets", "targets": self.targets})
        self.images.write("snapshot", {"_type": "Snapshot", "meta": self.images.describe("targets", "targets.json")})
        self.images.write("timestamp", {"_type": "Timestamp", "meta": self.images.describe("snapshot", "snapshot.json")})

    def assign(self, name, *ecus, correlation_id=None):
        """Tells the device that it is to run @name; answers the id that goes with it."""
        entry = {key: self.targets[name][key] for key in ("length", "hashes")}
        serials = {f"{ecu}-1": {"hardwareId": "board"} for ecu in ecus or ("main",)}
        self.assigned = {name: dict(entry, custom={"ecuIdentifiers": serials, "targetFormat": "BINARY"})}
        correlation_id = correlation_id or f"urn:here-ota:mtu:{uuid.uuid4()}"
        self.tell(correlation_id)
        return correlation_id

    def tell(self, correlation_id=None):
        custom = {"custom": {"correlationId": correlation_id}} if correlation_id else {}
        self.director.write("targets", {"_type": "Targets", "targets": self.assigned, **custom})


class Authority:
    """Vouches for the server and for devices; who has its shared credentials may become a device."""

    def __init__(self, folder):
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "authority")])
        self.cert = self.issue("authority", self.key, x509.BasicConstraints(ca=True, path_length=None))
        key, cert = self.make("127.0.0.1", x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]))
        self.write("ca.pem", self.cert)
        self.write("ca-key.pem", self.key)
        self.write("server.pem", cert)
        self.write("server-key.pem", key)

    def issue(self, name, key, extension):
        now = datetime.datetime.now(datetime.timezone.utc)
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        builder = x509.CertificateBuilder(self.name, subject, key.public_key(), x509.random_serial_number(),
                                          now - datetime.timedelta(days=1), now + datetime.timedelta(days=1))
        return builder.add_extension(extension, critical=True).sign(self.key, hashes.SHA256())

    def make(self, name, extension=x509.BasicConstraints(ca=False, path_length=None)):
        key = ec.generate_private_key(ec.SECP256R1())
        return key, self.issue(name, key, extension)

    def write(self, name, what):
        pem = serialization.Encoding.PEM
        if isinstance(what, x509.Certificate):
            data = what.public_bytes(pem)
        else:
            data = what.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        (self.folder / name).write_bytes(data)

    def share(self, password):
        """The credentials that a series of devices is made with."""
        key, cert = self.make("bootstrap")
        path = self.folder / "shared.p12"
        path.write_bytes(pkcs12.serialize_key_and_certificates(
            b"shared", key, cert, None, serialization.BestAvailableEncryption(password.encode())))
        return path

    def arguments(self):
        return [f"--{option}={self.folder}/{name}.pem" for option, name in
                (("ca", "ca"), ("ca-key", "ca-key"), ("cert", "server"), ("key", "server-key"))]


class Server:
    """The strict server as a process of its own; whatever it refuses is a mistake of the device."""

    def __init__(self, fleet, *arguments):
        self.log = fleet.folder / "requests"
        self.process = subprocess.Popen(
            [BUILD / "tests/support/ats-server/ats-server", f"--files={fleet.files}", f"--log={self.log}", *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        self.control = self.process.stdout.readline().strip()

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def order(self, what, **words):
        request = urllib.request.Request(f"{self.control}/{what}?{urllib.parse.urlencode(words)}", data=b"")
        urllib.request.urlopen(request).close()

    def fault(self, method, path, kind, times=1):
        self.order("fault", method=method, path=path, kind=kind, times=times)

    def set(self, name, value):
        self.order("set", name=name, value=value)

    def stats(self):
        with urllib.request.urlopen(f"{self.control}/stats") as answer:
            return json.load(answer)

    def requests(self):
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def bodies(self, path):
        """Of what was taken."""
        return [json.loads(entry["body"]) for entry in self.requests()
                if entry["path"] == path and 200 <= entry["status"] < 300]

    def lines(self):
        return [f"{entry['method']} {entry['path']}" for entry in self.requests()]


@contextlib.contextmanager
def serve(fleet, *arguments):
    server = Server(fleet, *arguments)
    try:
        yield server
        assert server.stats()["violations"] == []
    except BaseException:
        print(server.stats(), *server.lines(), sep="\n", file=sys.stderr)
        raise
    finally:
        server.close()


def configure(pawl, fleet, server, http="", uptane="", rest="", daemon=""):
    pawl.configure(
        daemon="verifier=uptane\nplugins=http;exec;uptane;user;file\n" + daemon,
        rest=f"[plugin:http]\nretries=0\n{http}"
             f"[plugin:uptane]\nserver-url={server.url}\n"
             f"director-root-file={fleet.files}/director/1.root.json\n"
             f"image-root-file={fleet.files}/repo/1.root.json\n{uptane}"
             f"[policy]\npoll-interval-s=0\n{rest}")


def reboot(pawl):
    pawl.wait_for((pawl.folder / "reboot-wanted").exists)
    pawl.stop()
    pawl.boot()
    pawl.start()


def update(pawl):
    """All steps, over the reboot, to the end."""
    answer = pawl.ctl("update")
    assert answer.returncode == 0, answer
    reboot(pawl)
    pawl.wait_for(lambda: pawl.state() == "idle")


def types(server):
    """The events that were taken, in order; one may come twice, under the same id."""
    events = {event["id"]: event["eventType"]["id"] for batch in server.bodies("/events") for event in batch}
    return list(events.values())


def reports(server):
    return [body["signed"]["installation_report"]["report"] for body in server.bodies("/director/manifest")
            if "installation_report" in body["signed"]]
