# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""What the tests share that put what is published behind nginx, with the configuration that pawl-repo makes."""
import json
import os
import re
import socket
import subprocess
import sys

from repo_test import Case, main

TUF_CLIENT = os.environ["PAWL_TUF_CLIENT"]
UPTANE_CHECK = os.environ["PAWL_UPTANE_CHECK"]


class WebCase(Case):
    def serve(self, *options):
        """Start nginx, without TLS; return its address. Options are of “pawl-repo nginx”; with some there is TLS beside it."""
        # nginx takes over sockets that listen already, so nobody has to wait for it.
        listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(2 if options else 1)]
        for listener in listeners:
            self.addCleanup(listener.close)
        ports = [listener.getsockname()[1] for listener in listeners]
        self.public.mkdir(exist_ok=True)
        # nginx's workers may be another user.
        self.folder.chmod(0o755)
        text = self.call("nginx", self.public, "--name", "localhost", *options)
        plain = f"listen 127.0.0.1:{ports[0]};"
        if options:
            self.https = f"https://localhost:{ports[1]}"
            (self.folder / "reports").mkdir()
            (self.folder / "reports").chmod(0o777)
            text = text.replace("listen 443 ssl;", f"{plain} listen 127.0.0.1:{ports[1]} ssl;").replace("/etc/pawl-repo", str(self.folder))
            text = text.replace("/var/lib/pawl-repo/reports", str(self.folder / "reports"))
        else:
            text = re.sub(r"ssl_[^;]+;", "", text).replace("listen 443 ssl;", plain)
        path = self.write("nginx.conf", f"pid {self.folder}/pid;\nerror_log {self.folder}/errors;\ndaemon off;\n"
                          f"events {{}}\nhttp {{\naccess_log off;\nclient_body_temp_path {self.folder}/b;\n"
                          f"proxy_temp_path {self.folder}/p;\nfastcgi_temp_path {self.folder}/f;\nuwsgi_temp_path {self.folder}/u;\n"
                          f"scgi_temp_path {self.folder}/s;\n{text}}}\n")
        descriptors = [listener.fileno() for listener in listeners]
        nginx = subprocess.Popen(["/usr/sbin/nginx", "-p", self.folder, "-c", path], pass_fds=descriptors,
                                 env={**os.environ, "NGINX": "".join(f"{fd};" for fd in descriptors)})
        self.addCleanup(nginx.wait)
        self.addCleanup(nginx.terminate)
        return f"http://127.0.0.1:{ports[0]}"

    def make_certificates(self, *devices):
        """A server's, and those of devices with their authority."""
        run = lambda *args: subprocess.run(["openssl", *map(str, args)], check=True, capture_output=True, cwd=self.folder)
        new = ("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        run(*new, "-x509", "-days", 2, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", "server.key", "-out", "server.pem")
        run(*new, "-x509", "-days", 2, "-subj", "/CN=authority", "-keyout", "devices-ca.key", "-out", "devices-ca.pem")
        for i, name in enumerate(devices):
            run(*new, "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
            run("x509", "-req", "-in", f"{name}.csr", "-CA", "devices-ca.pem", "-CAkey", "devices-ca.key", "-set_serial", i + 2, "-days", 2, "-out", f"{name}.pem")

    def curl(self, path, *options, device=None):
        """What a device gets over TLS: the status and the bytes."""
        certificate = () if device is None else ("--cert", self.folder / f"{device}.pem", "--key", self.folder / f"{device}.key")
        done = subprocess.run(["curl", "-sS", "--cacert", self.folder / "server.pem", "-w", "%{stderr}%{http_code}", *certificate, *options,
                               f"{self.https}/{path}"], capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return int(done.stderr), done.stdout

    def device(self, url, *words, name=None, folder="device"):
        """Run the client of the conformance suite, which keeps what it knows in a folder."""
        command = [TUF_CLIENT, "--metadata-dir", self.folder / folder, "--metadata-url", f"{url}/"]
        if name is not None:
            (self.folder / "downloads").mkdir(exist_ok=True)
            command += ["--target-name", name, "--target-base-url", f"{url}/targets/", "--target-dir", self.folder / "downloads"]
        done = subprocess.run([*map(str, command), *map(str, words)], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def uptane(self, url, director, profile):
        """What the client of the conformance suite makes of both repositories."""
        done = subprocess.run(
            [UPTANE_CHECK, "--state-dir", self.folder / "state", "--download-dir", self.folder / "images",
             "--director", director, "--image-repo", url, "--primary-ecu", "a=board",
             "--director-root", self.work / "director/root/1.root.json", "--image-root", self.work / "root/1.root.json",
             "--profile", profile, "uptane-check"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return json.loads(done.stdout.splitlines()[-1])


def web_main():
    if not (os.path.exists(TUF_CLIENT) and os.path.exists(UPTANE_CHECK)):
        sys.exit(77)
    main()
