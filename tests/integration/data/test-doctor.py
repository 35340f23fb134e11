#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""pawlctl doctor finds nothing in a healthy system, and each fault that is planted in one.

  test-doctor.py PAWLCTL PLUGIN_DIR UNIT_DIR SANDBOX_DIR CONFIG_DIR VENDOR_CONFIG_DIR
"""
import datetime
import gzip
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

PAWLCTL, PLUGIN_DIR, UNIT_DIR, SANDBOX_DIR, CONFIG_DIR, VENDOR_CONFIG_DIR = sys.argv[1:7]
NOW = datetime.datetime.utcnow()
CONFIG = """
[daemon]
verifier=tuf
boot-control=uboot
[trial]
required=health;
[ecu:main]
installer=exec
serial=1
hardware-id=board
[plugin:http]
tls-ca-path=/etc/pawl/ca.pem
tls-client-key-path=/etc/pawl/key.pem
"""


def certificate(days):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "doctor")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(NOW - datetime.timedelta(days=400))
    builder = builder.not_valid_after(NOW + datetime.timedelta(days=days))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def metadata(days):
    expires = (NOW + datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return json.dumps({"signed": {"expires": expires, "version": 1}, "signatures": []})


class Doctor(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.write(f"{CONFIG_DIR}/pawld.conf", CONFIG)
        self.write("/etc/pawl/ca.pem", certificate(1000))
        self.write("/etc/pawl/key.pem", "a key", mode=0o600)
        self.write("/etc/fw_env.config", "# two copies\n/dev/mtd0 0x0 0x4000\n/dev/mtd1 0x0 0x4000\n")
        self.write("/usr/share/pawl/root.json", metadata(1000))
        for role in ("root", "timestamp", "snapshot", "targets"):
            self.write(f"/var/lib/pawl/metadata/tuf/image/{role}.json", metadata(1000))
        for plugin in ("tuf", "uboot", "health", "exec", "http"):
            self.write(f"{PLUGIN_DIR}/{plugin}.plugin", "")
        self.write(f"{UNIT_DIR}/pawld.service", "")
        for plugin in ("exec", "uboot", "ostree"):
            self.write(f"{SANDBOX_DIR}/{plugin}.conf", "")
        for plugin in ("exec", "uboot"):
            self.write(f"/etc/systemd/system/pawld.service.d/{plugin}.conf", "")
        self.kernel("CONFIG_SECCOMP_FILTER=y", "CONFIG_CGROUP_BPF=y")

    def write(self, path, text, mode=0o644):
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
        file.write_text(text)
        file.chmod(mode)

    def remove(self, path):
        (self.root / path.lstrip("/")).unlink()

    def configure(self, old, new):
        self.write(f"{CONFIG_DIR}/pawld.conf", CONFIG.replace(old, new))

    def kernel(self, *options):
        path = self.root / "proc/config.gz"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(gzip.compress(("#\n" + "\n".join(options) + "\n").encode()))

    def examine(self):
        result = subprocess.run(
            [PAWLCTL, "doctor", "--json", "--path", self.root], capture_output=True, text=True, umask=0o022
        )
        self.assertEqual(result.stderr, "")
        report = json.loads(result.stdout)
        found = [finding for finding in report["findings"] if finding["severity"] != "ok"]
        self.assertTrue(all(finding["fix"] and "\n" not in finding["fix"] for finding in found))
        self.assertEqual(report["errors"], sum(finding["severity"] == "error" for finding in found))
        self.assertEqual(result.returncode, 14 if report["errors"] else 0)
        self.assertEqual(len({finding["check"] for finding in report["findings"]}), 14)
        return found

    def expect(self, check, severity, words):
        found = self.examine()
        self.assertEqual([(one["check"], one["severity"]) for one in found], [(check, severity)], found)
        self.assertIn(words, found[0]["message"])

    def test_healthy(self):
        self.assertEqual(self.examine(), [])

    def test_no_verifier(self):
        self.configure("verifier=tuf", "")
        self.expect("configuration", "error", "no verifier")

    def test_no_boot_control(self):
        self.configure("boot-control=uboot", "boot-control=")
        self.assertIn("no boot control", self.examine()[0]["message"])

    def test_no_ecu(self):
        self.configure("ecu:main", "plugin:exec")
        self.expect("configuration", "error", "no ECU")

    def test_nothing_required(self):
        self.configure("required=health;", "")
        self.expect("configuration", "warning", "no confirmer")

    def test_broken_file(self):
        self.write(f"{CONFIG_DIR}/pawld.conf.d/50-broken.conf", "verifier=\n")
        self.expect("configuration", "error", "50-broken.conf")

    def test_fragments_win(self):
        self.configure("verifier=tuf", "verifier=odd")
        self.write(f"{VENDOR_CONFIG_DIR}/10-a.conf", "[daemon]\nverifier=vendor\n")
        self.write(f"{VENDOR_CONFIG_DIR}/20-b.conf", "[broken\n")
        self.write(f"{CONFIG_DIR}/pawld.conf.d/20-b.conf", "[daemon]\nverifier=tuf\n")
        self.assertEqual(self.examine(), [])

    def test_plugin_missing(self):
        self.remove(f"{PLUGIN_DIR}/health.plugin")
        self.expect("plugins", "error", "“health”")

    def test_loaded_plugin_missing(self):
        self.configure("[daemon]", "[daemon]\nplugins=file;")
        self.expect("plugins", "error", "“file”")

    def test_sandbox_closed(self):
        self.remove("/etc/systemd/system/pawld.service.d/exec.conf")
        self.expect("sandbox", "error", "“exec”")

    def test_sandbox_open(self):
        self.write("/etc/systemd/system/pawld.service.d/ostree.conf", "")
        self.expect("sandbox", "warning", "“ostree”")

    def test_sandbox_for_javascript(self):
        self.write(f"{SANDBOX_DIR}/js.conf", "")
        self.assertEqual(self.examine(), [])
        self.write(f"{PLUGIN_DIR}/health.plugin", "[Plugin]\nLanguage=js\n")
        self.expect("sandbox", "error", "“js”")

    def test_sandbox_for_isolation(self):
        self.write(f"{SANDBOX_DIR}/isolation.conf", "")
        self.assertEqual(self.examine(), [])
        self.write(f"{PLUGIN_DIR}/health.plugin", "[Plugin]\nIsolation=process\n")
        self.expect("sandbox", "error", "“isolation”")

    def test_no_unit(self):
        self.remove(f"{UNIT_DIR}/pawld.service")
        self.expect("sandbox", "warning", "pawld.service")

    def test_others_write(self):
        self.write(f"{CONFIG_DIR}/pawld.conf", CONFIG, mode=0o664)
        self.expect("permissions", "error", "0664")

    @unittest.skipUnless(os.getuid() == 0, "only root can give files away")
    def test_owner(self):
        os.chown(self.root / f"{PLUGIN_DIR}/http.plugin".lstrip("/"), 12345, 0)
        self.expect("permissions", "error", "12345")

    def test_key_is_readable(self):
        self.write("/etc/pawl/key.pem", "a key", mode=0o640)
        self.expect("permissions", "error", "0640")

    def test_no_space(self):
        self.write(f"{CONFIG_DIR}/pawld.conf", CONFIG + "[policy]\nreserve-mib=99999999999\n")
        self.expect("space", "error", "free, wanted")

    def test_no_state_folder(self):
        self.configure("[daemon]", "[daemon]\nstate-dir=/var/lib/other")
        self.expect("space", "warning", "/var/lib/other")

    def test_clock_is_behind(self):
        self.write("/var/lib/pawl/time-floor", "pawl-journal 1\n00\n{'time': <int64 9999999999000000>}\n")
        self.expect("clock", "error", "the clock says")

    def test_kernel(self):
        self.kernel("# CONFIG_SECCOMP_FILTER is not set", "CONFIG_CGROUP_BPF=y")
        self.expect("kernel", "warning", "CONFIG_SECCOMP_FILTER")

    def test_kernel_for_plugins(self):
        for plugin, option in (
            ("watchdog", "CONFIG_WATCHDOG"),
            ("gpio", "CONFIG_GPIO_CDEV"),
            ("efi", "CONFIG_EFIVAR_FS"),
            ("systemd-boot", "CONFIG_EFI_STUB"),
        ):
            self.write(f"{PLUGIN_DIR}/{plugin}.plugin", "")
            self.configure("[daemon]", f"[daemon]\nplugins={plugin};")
            self.expect("kernel", "error", option)
            self.kernel("CONFIG_SECCOMP_FILTER=y", "CONFIG_CGROUP_BPF=y", f"{option}=m")
            self.assertEqual(self.examine(), [])
            self.kernel("CONFIG_SECCOMP_FILTER=y", "CONFIG_CGROUP_BPF=y")

    def test_kernel_for_the_sandbox(self):
        self.kernel("CONFIG_SECCOMP_FILTER=y")
        self.expect("kernel", "note", "CONFIG_CGROUP_BPF")

    @unittest.skipUnless(os.getuid() == 0, "only root can give files away")
    def test_state_folder_of_another(self):
        os.chown(self.root / "var/lib/pawl", 12345, 0)
        self.expect("permissions", "error", "/var/lib/pawl belongs to the user 12345")

    def test_plugin_folder_of_others(self):
        (self.root / PLUGIN_DIR.lstrip("/")).chmod(0o777)
        self.expect("permissions", "error", "0777")

    def test_uboot(self):
        self.remove("/etc/fw_env.config")
        self.expect("boot-loader", "error", "fw_env.config")
        self.write("/etc/fw_env.config", "# nothing\n")
        self.expect("boot-loader", "error", "names no device")
        self.write("/etc/fw_env.config", "/dev/mtd0 0x0 0x4000\n")
        self.expect("boot-loader", "warning", "one copy")

    def test_grub(self):
        self.configure("boot-control=uboot", "boot-control=grub\nplugins=")
        self.write(f"{PLUGIN_DIR}/grub.plugin", "")
        self.remove("/etc/systemd/system/pawld.service.d/uboot.conf")
        self.expect("boot-loader", "error", "cannot be read")
        self.write("/boot/grub/grubenv", "too short")
        self.expect("boot-loader", "error", "wanted 1024")
        self.write("/boot/grub/grubenv", "# GRUB Environment Block\n".ljust(1024, "#"))
        self.assertEqual(self.examine(), [])

    def test_file_boot_control(self):
        self.configure("boot-control=uboot", "boot-control=file")
        self.write(f"{PLUGIN_DIR}/file.plugin", "")
        self.remove("/etc/systemd/system/pawld.service.d/uboot.conf")
        self.expect("boot-loader", "note", "counts only")

    def test_certificates(self):
        self.write("/etc/pawl/ca.pem", certificate(-1))
        self.expect("certificates", "error", "has expired")
        self.write("/etc/pawl/ca.pem", certificate(1000) + certificate(10))
        self.expect("certificates", "warning", "expires soon")
        self.write("/etc/pawl/ca.pem", "no certificate")
        self.expect("certificates", "error", "ca.pem")
        self.remove("/etc/pawl/ca.pem")
        self.expect("certificates", "error", "ca.pem")

    def test_metadata(self):
        folder = "/var/lib/pawl/metadata/tuf/image/"
        self.write(folder + "timestamp.json", metadata(-1))
        self.expect("metadata", "warning", "timestamp.json has expired")
        self.write(folder + "timestamp.json", "{}")
        self.expect("metadata", "error", "no date of expiry")
        self.write(folder + "timestamp.json", metadata(1))
        self.write(folder + "root.json", metadata(10))
        self.expect("metadata", "warning", "root.json expires soon")
        self.write(folder + "root.json", metadata(-10))
        self.expect("metadata", "error", "root.json has expired")

    def test_no_root(self):
        self.remove("/usr/share/pawl/root.json")
        self.expect("metadata", "error", "root.json")

    def test_no_root_for_uptane(self):
        self.remove("/usr/share/pawl/root.json")
        self.configure("verifier=tuf", "verifier=uptane")
        self.write(f"{PLUGIN_DIR}/uptane.plugin", "")
        self.write("/usr/share/pawl/director-root.json", metadata(1000))
        self.expect("metadata", "error", "/usr/share/pawl/image-root.json")
        self.write("/usr/share/pawl/image-root.json", metadata(1000))
        self.assertEqual(self.examine(), [])
        self.remove("/usr/share/pawl/director-root.json")
        self.expect("metadata", "error", "/usr/share/pawl/director-root.json")

    def test_no_root_where_uptane_is_told(self):
        roots = "[plugin:uptane]\ndirector-root-file=/etc/pawl/d.json\nimage-root-file=/etc/pawl/i.json\n"
        self.write(f"{CONFIG_DIR}/pawld.conf", CONFIG.replace("verifier=tuf", "verifier=uptane") + roots)
        self.write(f"{PLUGIN_DIR}/uptane.plugin", "")
        self.write("/etc/pawl/d.json", metadata(1000))
        self.expect("metadata", "error", "/etc/pawl/i.json")
        self.write("/etc/pawl/i.json", metadata(1000))
        self.remove("/etc/pawl/d.json")
        self.expect("metadata", "error", "/etc/pawl/d.json")

    def test_no_folder(self):
        result = subprocess.run([PAWLCTL, "doctor", "--path", self.root / "nowhere"], capture_output=True)
        self.assertEqual(result.returncode, 2)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
