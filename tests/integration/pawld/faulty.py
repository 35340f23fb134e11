# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: The Pawl authors
"""A web server that can send the rest of a file, and that does one kind of harm to the answers for one path."""

import contextlib
import hashlib
import http.server
import pathlib
import threading
import urllib.parse

# Bytes that nobody asked for.
NOISE = b"\xaa" * 1000
# More than anything in these tests weighs: whoever reads so much would read for ever.
ENDLESS = 64 << 20


class Fault:
    """What is done to an answer. @passes: the same question gets a good answer the next time, and the client may know
    that, because what it got cannot be all."""

    def __init__(self, name, passes, answer):
        self.name = name
        self.passes = passes
        self.answer = answer


def status(code, **headers):
    def answer(handler, data):
        handler.head(code, {"Content-Length": "0", **{name.replace("_", "-"): text for name, text in headers.items()}})
    return answer


def drop(handler, data):
    handler.close_connection = True


def cut(handler, data):
    handler.file(data, data[:len(data) // 2])
    handler.close_connection = True


def stall(handler, data):
    handler.file(data, data[:len(data) // 2])
    handler.close_connection = True
    # Until the client has enough of it.
    handler.rfile.read(1)


def drip(handler, data):
    step = max(len(data) // 5, 1)
    handler.file(data, b"")
    for begin in range(0, len(data), step):
        handler.server.stopped.wait(0.05)
        handler.go_on(data[begin:begin + step])


def shorter(handler, data):
    handler.file(data[:len(data) // 2], data[:len(data) // 2])


def longer(handler, data):
    handler.file(data + NOISE, data + NOISE)


def wrong(handler, data):
    middle = len(data) // 2
    damaged = data[:middle] + bytes([data[middle] ^ 0x55]) + data[middle + 1:]
    handler.file(damaged, damaged)


def endless(handler, data):
    handler.head(200, {})
    handler.close_connection = True
    for _ in range(ENDLESS // len(NOISE)):
        handler.wfile.write(NOISE)


def loop(handler, data):
    handler.head(302, {"Content-Length": "0", "Location": handler.path})


def garbage(handler, data):
    handler.wfile.write(b"this is no web server\n\n")
    handler.close_connection = True


FAULTS = [
    Fault("drop", True, drop),
    Fault("cut", True, cut),
    Fault("stall", True, stall),
    Fault("drip", True, drip),
    Fault("garbage", True, garbage),
    Fault("500", True, status(500)),
    Fault("503", True, status(503)),
    Fault("429", True, status(429, Retry_After="1")),
    Fault("403", False, status(403)),
    Fault("404", False, status(404)),
    Fault("shorter", False, shorter),
    Fault("longer", False, longer),
    Fault("wrong", False, wrong),
    Fault("endless", False, endless),
    Fault("loop", False, loop),
]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def head(self, code, headers):
        self.send_response(code)
        for name, text in headers.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.flush()

    def file(self, data, sent):
        """The head for @data, or for its rest if that is asked for, and @sent of its bytes."""
        etag = '"' + hashlib.sha256(data).hexdigest() + '"'
        offset = 0
        if self.headers.get("If-Range") == etag:
            offset = int(self.headers["Range"].removeprefix("bytes=").rstrip("-"))
        headers = {"Content-Length": str(len(data) - offset), "ETag": etag}
        if offset:
            headers["Content-Range"] = f"bytes {offset}-{len(data) - 1}/{len(data)}"
        self.head(206 if offset else 200, headers)
        self.go_on(sent[offset:])

    def go_on(self, data):
        """Only bytes of files count as sent."""
        self.wfile.write(data)
        self.sent += len(data)

    def do_GET(self):
        self.sent = 0
        path = urllib.parse.urlsplit(self.path).path
        fault = self.server.take_fault(path)
        try:
            data = (self.server.public / path.lstrip("/")).read_bytes()
        except OSError:
            data = None
        try:
            if data is None and (fault is None or fault.answer not in (drop, garbage, endless, loop)):
                status(404)(self, b"")
            elif fault is not None:
                fault.answer(self, data)
            else:
                self.file(data, data)
        except OSError:
            self.close_connection = True
        finally:
            self.server.note(path, self.sent)

    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    """Serves the folder @public. With a fault, answers for @path are spoilt @times times."""

    daemon_threads = False

    def __init__(self, public):
        super().__init__(("127.0.0.1", 0), Handler)
        self.public = pathlib.Path(public)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.stopped = threading.Event()
        self.lock = threading.Lock()
        self.forget()

    def forget(self):
        self.order(None, None, 0)
        self.spoilt = 0
        self.answers = []

    def order(self, path, fault, times):
        with self.lock:
            self.path, self.fault, self.times = path, fault, times

    def take_fault(self, path):
        with self.lock:
            if path != self.path or self.times == 0:
                return None
            self.times -= 1
            self.spoilt += 1
            return self.fault

    def note(self, path, sent):
        with self.lock:
            self.answers.append((path, sent))

    def sent(self, path):
        """The bytes of all answers for @path, in order."""
        with self.lock:
            return [sent for asked, sent in self.answers if asked == path]

    def paths(self):
        """What was asked for, each once, in order."""
        with self.lock:
            return list(dict.fromkeys(path for path, _ in self.answers))

    def handle_error(self, request, client_address):
        """The client went away, as these tests want it to."""

    @contextlib.contextmanager
    def run(self):
        thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield self
        finally:
            self.stopped.set()
            self.shutdown()
            thread.join()
            self.server_close()
