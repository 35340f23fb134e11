# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""A device whose keys are in a token, against the strict server."""

import pathlib
import subprocess

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

import ats
import device

# It must not leave.
PIN = "7395182640"
# pawlctl(1): exit status
NOTHING_TO_DO = 3
SOFTHSM = pathlib.Path("/usr/lib/softhsm/libsofthsm2.so")


def fill_token(pawl, authority):
    """A token with the key and the certificate for TLS, and the key of the ECU; nothing of it stays in a file."""
    folder = pawl.folder / "tokens"
    folder.mkdir()
    pawl.env["SOFTHSM2_CONF"] = str(pawl.write("softhsm2.conf", f"directories.tokendir = {folder}\n"))
    key, cert = authority.make("device-1")
    ecu_key = rsa.generate_private_key(65537, 2048)
    authority.write("client.p8", key)
    authority.write("ecu.p8", ecu_key)
    (authority.folder / "client.der").write_bytes(cert.public_bytes(serialization.Encoding.DER))
    pin = ["--token", "pawl", "--pin", PIN]
    for command in (
        ["softhsm2-util", "--init-token", "--free", "--label", "pawl", "--pin", PIN, "--so-pin", "5678"],
        ["softhsm2-util", "--import", authority.folder / "client.p8", "--label", "client", "--id", "01", *pin],
        ["softhsm2-util", "--import", authority.folder / "ecu.p8", "--label", "ecu", "--id", "02", *pin],
        ["pkcs11-tool", "--module", SOFTHSM, "--token-label", "pawl", "--login", "--pin", PIN,
         "--write-object", authority.folder / "client.der", "--type", "cert", "--label", "client", "--id", "01"],
    ):
        subprocess.run(command, env=pawl.env, check=True, capture_output=True)
    for name in ("client.p8", "ecu.p8", "client.der"):
        (authority.folder / name).unlink()


def test_keys_in_a_token(pawl):
    """For TLS and for manifests, through an update."""
    if not SOFTHSM.exists():
        raise device.Skip("there is no SoftHSM")
    fleet = ats.Fleet(pawl.folder / "fleet")
    fleet.add("app-2", b"the second version")
    authority = ats.Authority(fleet.folder)
    fill_token(pawl, authority)
    with ats.serve(fleet, *authority.arguments()) as server:
        ats.configure(
            pawl, fleet, server,
            http=f"tls-ca-path={authority.folder}/ca.pem\ntls-client-cert-path=pkcs11:token=pawl;object=client\n"
                 f"tls-client-pin={PIN}\n",
            uptane=f"ecu-key=pkcs11:token=pawl;object=ecu;type=private\necu-key-pin={PIN}\n")
        pawl.start()
        assert pawl.ctl("check").returncode == NOTHING_TO_DO
        assert server.bodies("/director/ecus")[0]["ecus"][0]["clientKey"]["keytype"] == "RSA"
        fleet.assign("app-2")
        ats.update(pawl)
        pawl.wait_for(lambda: ats.reports(server))
        assert ats.reports(server)[-1]["result"]["success"] is True
        assert not list((pawl.folder / "state").rglob("*.pem"))
        assert PIN not in server.log.read_text() + pawl.log()


device.run([test_keys_in_a_token])
