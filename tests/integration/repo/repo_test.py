# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""What the tests of pawl-repo share: the real program in folders of its own, and a verifier that knows nothing of Pawl's code."""
import base64
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

PROGRAM = os.environ["PAWL_REPO"]


def olpc(value):
    """OLPC canonical JSON, as TUF signs it."""
    if isinstance(value, dict):
        return "{" + ",".join(olpc(k) + ":" + olpc(value[k]) for k in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(olpc(v) for v in value) + "]"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    assert isinstance(value, int)
    return str(value)


def ats(value):
    """The compact form of the ATS dialect."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def verify_one(key, message, signature):
    public = key["keyval"]["public"]
    if key["keytype"].lower() == "ed25519":
        loaded = ed25519.Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        loaded.verify(signature, message)
        return
    if key["keytype"] == "ECPRIME256V1":
        loaded = serialization.load_der_public_key(bytes.fromhex(public))
        assert loaded.curve.name == "secp256r1"
        loaded.verify(signature, message, ec.ECDSA(hashes.SHA512()))
        return
    loaded = serialization.load_pem_public_key(public.encode())
    if isinstance(loaded, rsa.RSAPublicKey):
        pss = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
        loaded.verify(signature, message, pss, hashes.SHA256())
    else:
        algorithm = hashes.SHA384() if loaded.curve.name == "secp384r1" else hashes.SHA256()
        loaded.verify(signature, message, ec.ECDSA(algorithm))


def count_good(document, keys, keyids):
    """The different keys of `keyids` that have signed `document`; a bad signature is an error."""
    is_ats = document["signed"]["_type"][0].isupper()
    message = (ats if is_ats else olpc)(document["signed"]).encode()
    good = set()
    for entry in document["signatures"]:
        if entry["keyid"] not in keyids:
            continue
        signature = base64.b64decode(entry["sig"]) if is_ats else bytes.fromhex(entry["sig"])
        assert not is_ats or entry["method"] in ("ed25519", "rsassa-pss-sha256", "ecPrime256v1")
        verify_one(keys[entry["keyid"]], message, signature)
        good.add(entry["keyid"])
    return len(good)


class Tree:
    """A published folder, checked by the books."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def load(self, name):
        return json.loads((self.folder / name).read_bytes())

    def sha256(self, name):
        return hashlib.sha256((self.folder / name).read_bytes()).hexdigest()

    def check(self):
        """Follow every root and every file; return the targets by name."""
        root = self.load("1.root.json")
        version = 1
        self.check_signed(root, root, "root")
        while (self.folder / f"{version + 1}.root.json").exists():
            version += 1
            following = self.load(f"{version}.root.json")
            assert following["signed"]["version"] == version
            self.check_signed(following, root, "root")
            self.check_signed(following, following, "root")
            root = following
        self.is_ats = root["signed"]["_type"] == "Root"
        if not self.is_ats:
            for keyid, key in root["signed"]["keys"].items():
                assert hashlib.sha256(olpc(key).encode()).hexdigest() == keyid
        timestamp = self.load("timestamp.json")
        self.check_signed(timestamp, root, "timestamp")
        snapshot = self.described(timestamp, "snapshot", root)
        targets = self.described(snapshot, "targets", root)
        found = dict(targets["signed"]["targets"])
        self.check_delegations(snapshot, targets, found)
        for name, target in found.items():
            self.check_bytes(name, target)
        return found

    def check_signed(self, document, delegator, role):
        signed = delegator["signed"]
        if "roles" in signed:
            keys, entry = signed["keys"], signed["roles"][role]
        else:
            keys = signed["delegations"]["keys"]
            entry = next(r for r in signed["delegations"]["roles"] if r["name"] == role)
        good = count_good(document, keys, entry["keyids"])
        assert good >= entry["threshold"], f"{role}: {good} of {entry['threshold']}"

    def described(self, describer, role, delegator):
        meta = describer["signed"]["meta"][f"{role}.json"]
        top = role in ("snapshot", "targets")
        name = f"{meta['version']}.{role}.json" if top or not self.is_ats else f"delegations/{role}.json"
        names = [name, f"{role}.json"] if self.is_ats and top else [name]
        for name in names:
            assert self.sha256(name) == meta["hashes"]["sha256"], name
            assert (self.folder / name).stat().st_size == meta["length"], name
        document = self.load(names[0])
        assert document["signed"]["version"] == meta["version"]
        if self.is_ats:
            assert ats(document).encode() == (self.folder / names[0]).read_bytes()
        self.check_signed(document, delegator, role)
        return document

    def check_delegations(self, snapshot, targets, found):
        for role in targets["signed"].get("delegations", {}).get("roles", []):
            delegated = self.described(snapshot, role["name"], targets)
            for name, target in delegated["signed"]["targets"].items():
                found.setdefault(name, target)
            self.check_delegations(snapshot, delegated, found)

    def check_bytes(self, name, target):
        if target["length"] == 0:
            return
        folder, _, base = name.rpartition("/")
        paths = [pathlib.Path("targets", folder, f"{target['hashes']['sha256']}.{base}")]
        if self.is_ats:
            paths.append(pathlib.Path("targets", name))
        for path in paths:
            data = (self.folder / path).read_bytes()
            assert len(data) == target["length"]
            for algorithm, digest in target["hashes"].items():
                assert hashlib.new(algorithm, data).hexdigest() == digest


class Case(unittest.TestCase):
    """A test with a temporary folder, a work folder and a folder of private keys."""

    def setUp(self):
        # Everything is synced at each step, which a disk that others use, too, makes slow.
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="pawl-repo-", dir=memory))
        self.addCleanup(shutil.rmtree, self.folder)
        self.work = self.folder / "work"
        self.public = self.folder / "public"
        self.environment = dict(os.environ, PAWL_REPO_KEYS=str(self.folder / "keys"), TMPDIR=str(self.folder), LC_ALL="C.UTF-8")
        self.environment.pop("PAWL_REPO_PASSPHRASE", None)

    def call(self, *args, work=None, status=0, **environment):
        """Run a command; return what it printed, on which stream ever."""
        done = subprocess.run(
            [PROGRAM, "-C", str(work or self.work), *map(str, args)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env={**self.environment, **environment},
            check=False,
        )
        text = done.stdout + done.stderr
        self.assertEqual(done.returncode, status, f"{args}: {text}")
        return text

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def publish(self):
        """Publish, and have the result checked by both verifiers."""
        self.call("publish", self.public)
        self.verify()
        return Tree(self.public).check()

    def verify(self, root=None):
        return self.call("verify", self.public, "--root", root or self.work / "root/1.root.json")

    def found_director(self):
        """A Director beside the repository, with a root that one key signed; returns its work folder."""
        self.call("director", "init")
        director = self.work / "director"
        self.call("key", "generate", "director", "--insecure", work=director)
        self.call("sign", work=director)
        self.call("tx", "apply", work=director)
        return director

    def start(self, *options):
        """A repository of one person with one key."""
        self.call("init", *options)
        self.call("key", "generate", "--insecure")


def main():
    unittest.main(verbosity=2)
