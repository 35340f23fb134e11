# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""What the tests share that put what is published behind nginx, with the configuration that pawl-repo makes."""
import os
import re
import socket
import subprocess
import sys

from repo_test import Case, main

TUF_CLIENT = os.environ["PAWL_TUF_CLIENT"]
UPTANE_CHECK = os.environ["PAWL_UPTANE_CHECK"]


class WebCase(Case):
    def serve(self):
        """Start nginx, without TLS; return its address."""
        # nginx takes over a socket that listens already, so nobody has to wait for it.
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        port = listener.getsockname()[1]
        self.public.mkdir(exist_ok=True)
        # nginx's workers may be another user.
        self.folder.chmod(0o755)
        text = self.call("nginx", self.public, "--name", "localhost")
        text = re.sub(r"ssl_[^;]+;", "", text).replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")
        path = self.write("nginx.conf", f"pid {self.folder}/pid;\nerror_log {self.folder}/errors;\ndaemon off;\n"
                          f"events {{}}\nhttp {{\naccess_log off;\nclient_body_temp_path {self.folder}/b;\n"
                          f"proxy_temp_path {self.folder}/p;\nfastcgi_temp_path {self.folder}/f;\nuwsgi_temp_path {self.folder}/u;\n"
                          f"scgi_temp_path {self.folder}/s;\n{text}}}\n")
        nginx = subprocess.Popen(["/usr/sbin/nginx", "-p", self.folder, "-c", path], pass_fds=[listener.fileno()],
                                 env={**os.environ, "NGINX": f"{listener.fileno()};"})
        self.addCleanup(nginx.wait)
        self.addCleanup(nginx.terminate)
        return f"http://127.0.0.1:{port}"

    def device(self, url, *words, name=None, folder="device"):
        """Run the client of the conformance suite, which keeps what it knows in a folder."""
        command = [TUF_CLIENT, "--metadata-dir", self.folder / folder, "--metadata-url", f"{url}/"]
        if name is not None:
            (self.folder / "downloads").mkdir(exist_ok=True)
            command += ["--target-name", name, "--target-base-url", f"{url}/targets/", "--target-dir", self.folder / "downloads"]
        done = subprocess.run([*map(str, command), *map(str, words)], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)


def web_main():
    if not (os.path.exists(TUF_CLIENT) and os.path.exists(UPTANE_CHECK)):
        sys.exit(77)
    main()
