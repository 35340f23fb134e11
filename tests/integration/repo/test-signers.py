#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""Private keys that are no files: in a token, and behind a program."""
import os
import subprocess
import unittest

from repo_test import Case, main

MODULE = "/usr/lib/softhsm/libsofthsm2.so"

SIGN = """#!/usr/bin/python3
import base64, sys
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
key = ed25519.Ed25519PrivateKey.from_private_bytes(b"7" * 32)
if sys.argv[1] == "public":
    encoding = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    sys.stdout.write(key.public_key().public_bytes(*encoding).decode())
else:
    print(base64.b64encode(key.sign(sys.stdin.buffer.read() + EXTRA)).decode())
"""


class Token(Case):
    @unittest.skipUnless(os.path.exists(MODULE), "there is no SoftHSM")
    def test_every_kind_of_key_in_a_token(self):
        tokens = self.folder / "tokens"
        tokens.mkdir()
        self.environment["SOFTHSM2_CONF"] = str(self.write("softhsm2.conf", f"directories.tokendir = {tokens}\n"))
        self.run_tool("softhsm2-util", "--init-token", "--free", "--label", "pawl", "--pin", "123456", "--so-pin", "567890")
        for form, kinds in (("tuf", ("EC:edwards25519", "EC:prime256v1", "rsa:2048")), ("ats", ("EC:prime256v1", "rsa:2048"))):
            for kind in kinds:
                with self.subTest(form=form, kind=kind):
                    self.use(form, kind)

    def run_tool(self, *args):
        subprocess.run(args, env=self.environment, check=True, capture_output=True)

    def use(self, form, kind):
        label = f"{form}-{kind.replace(':', '-')}"
        self.run_tool("pkcs11-tool", "--module", MODULE, "--token-label", "pawl", "--login", "--pin", "123456",
                      "--keypairgen", "--key-type", kind, "--label", label)
        uri = f"pkcs11:token=pawl;object={label};type=private"
        pin = self.write("pin", "123456\n")
        self.work, self.public = self.folder / label, self.folder / f"{label}-public"
        self.call("init", "--format", form)
        self.call("key", "import", "token", uri, "--passphrase-file", pin,
                  *(x for r in ("root", "targets", "snapshot", "timestamp") for x in ("--role", r)))
        self.call("target", "add", self.write("fw.bin", "one\n"))
        before = (self.work / "audit.log").read_bytes()
        self.call("sign", "--signer", uri, status=1, PAWL_REPO_PASSPHRASE="654321")
        self.assertEqual(before, (self.work / "audit.log").read_bytes())
        self.call("sign", "--signer", uri, "--passphrase-file", pin)
        self.assertEqual(list(self.publish()), ["fw.bin"])


class Program(Case):
    def program(self, extra):
        path = self.write("signer", SIGN.replace("EXTRA", extra))
        path.chmod(0o700)
        return f"exec:{path}"

    def start_with(self, uri):
        self.call("init")
        self.call("key", "import", "program", uri, *(x for r in ("root", "targets", "snapshot", "timestamp") for x in ("--role", r)))

    def test_a_program_signs(self):
        uri = self.program("b''")
        self.start_with(uri)
        self.call("sign", "--signer", uri)
        self.publish()

    def test_refuses_a_program_that_signs_something_else(self):
        uri = self.program("b'x'")
        self.start_with(uri)
        self.assertIn("does not verify with its own key", self.call("sign", "--signer", uri, status=1))
        self.assertIn("signed by: nobody", self.call("tx", "status"))

    def test_refuses_what_is_no_key(self):
        self.call("init")
        for uri in ("exec:/bin/false", "exec:/nowhere", "pkcs11:token=absent", self.folder / "nothing", self.write("x.pem", "x")):
            self.call("key", "import", "x", uri, status=1)
            self.call("sign", "--signer", uri, status=1)


if __name__ == "__main__":
    main()
