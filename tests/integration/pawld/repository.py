# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""A repository made by the real pawl-repo, and a web server for it on a free port of this machine."""

import contextlib
import functools
import http.server
import pathlib
import subprocess
import threading

from device import BUILD


class Quiet(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass


class Repository:
    def __init__(self, folder, format="tuf"):
        self.folder = pathlib.Path(folder)
        self.format = format
        self.work = self.folder / "work"
        self.public = self.folder / "public"
        self.work.mkdir(parents=True)
        self.call("init", f"--format={format}")
        self.call("key", "generate", f"--keys={self.folder}/keys", "--insecure")
        self.publish()
        self.root = self.work / "root" / "1.root.json"

    def call(self, *arguments):
        return subprocess.run([BUILD / "server/repo/pawl-repo", *arguments], cwd=self.work, check=True,
                              capture_output=True, text=True).stdout

    def add(self, name, version, content, hardware="board"):
        path = self.folder / "payload"
        path.write_bytes(content)
        self.call("target", "add", path, f"--name={name}", f"--version={version}", f"--hardware-id={hardware}")
        self.publish()

    def add_commit(self, content, commit, version, uri, hardware="board"):
        """A whole system: a commit of the OSTree repository @content, which devices find at @uri."""
        self.call("target", "add", f"--ostree={content}", commit, f"--name=product-{version}", f"--version={version}",
                  f"--hardware-id={hardware}", f"--uri={uri}")
        self.publish()

    def publish(self):
        self.call("sign", f"--keys={self.folder}/keys")
        self.call("publish", self.public)

    @contextlib.contextmanager
    def serve(self, handler_class=Quiet):
        handler = functools.partial(handler_class, directory=str(self.public))
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_address[1]}"
            finally:
                server.shutdown()
                thread.join()
