# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""A real web server over TLS that asks for client certificates, and the certificates for it.

What is not read (GET, HEAD) is handed on to a sink behind it, as an operator does it who has no other server.
"""

import contextlib
import http.server
import pathlib
import socket
import subprocess
import threading
import time

CONFIGURATION = """daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 256; }}
http {{
  log_format short '$connection $server_protocol $request_method $uri $status $body_bytes_sent $ssl_client_s_dn';
  access_log {folder}/access.log short;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  root {public}; keepalive_requests 100000;
  server {{
    listen 127.0.0.1:{port} ssl{http2};
    ssl_certificate {folder}/server.pem; ssl_certificate_key {folder}/server.key;
    ssl_client_certificate {folder}/ca.pem; ssl_verify_client on;
    location / {{
      if ($request_method !~ ^(GET|HEAD)$) {{ proxy_pass http://127.0.0.1:{sink}; }}
    }}
  }}
}}
"""

CERTIFICATES = """set -e
cd "$1"
new() { openssl req -newkey rsa:2048 -nodes -keyout "$1.key" -subj "/CN=$2" -out "$1.csr" 2>/dev/null; }
sign() { openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -set_serial "$2" -days 2 -out "$1.pem" -extfile "$3" 2>/dev/null; }
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -subj /CN=ca -days 2 -out ca.pem 2>/dev/null
echo subjectAltName=IP:127.0.0.1 >server.ext
new server server && sign server 2 server.ext
new device car-1 && sign device 3 /dev/null
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Sink(http.server.BaseHTTPRequestHandler):
    """Takes what devices send, into a list of its server."""

    protocol_version = "HTTP/1.1"

    def take(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.sent.append((self.command, self.path, body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_PUT = do_POST = take

    def log_message(self, *arguments):
        pass


class Nginx:
    """Serves the folder PUBLIC at url; what was sent is in sent."""

    def __init__(self, folder, public, http2=False):
        self.folder = pathlib.Path(folder)
        self.public = public
        self.http2 = http2
        self.folder.mkdir()
        # The workers are nobody's.
        self.folder.chmod(0o755)
        self.sent = []
        self.port = free_port()
        self.url = f"https://127.0.0.1:{self.port}"
        subprocess.run(["sh", "-c", CERTIFICATES, "sh", self.folder], check=True)

    @contextlib.contextmanager
    def serve(self):
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sink) as sink:
            sink.sent = self.sent
            thread = threading.Thread(target=sink.serve_forever, kwargs={"poll_interval": 0.05})
            thread.start()
            try:
                with self.run(sink.server_address[1]):
                    yield self.url
            finally:
                sink.shutdown()
                thread.join()

    @contextlib.contextmanager
    def run(self, sink):
        configuration = self.folder / "nginx.conf"
        configuration.write_text(CONFIGURATION.format(
            folder=self.folder, public=self.public, port=self.port, sink=sink, http2=" http2" if self.http2 else ""))
        process = subprocess.Popen(["nginx", "-e", self.folder / "error.log", "-c", configuration])
        try:
            self.wait(process)
            yield
        finally:
            process.terminate()
            process.wait()

    def wait(self, process):
        while True:
            if process.poll() is not None:
                raise RuntimeError((self.folder / "error.log").read_text())
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            time.sleep(0.02)

    def requests(self):
        """Each request as [connection, protocol, method, path, status, bytes, client]."""
        return [line.split(maxsplit=6) for line in (self.folder / "access.log").read_text().splitlines()]
