"""A reverse proxy that notes which requests reach a gateway: what a browser sends without telling its scripts."""

from __future__ import annotations

import http.client
import threading
from collections import defaultdict
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qs, urlsplit

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "patch", "DELETE", "OPTIONS", "PURGE")
CELL = "cell"
"""The query parameter that tells which cell of the matrix a request belongs to."""


@dataclass(frozen=True)
class Sent:
    """One HTTP request as far as CORS is concerned; a header that is absent is None."""

    method: str
    path: str
    origin: str | None
    requested_method: str | None
    requested_headers: str | None
    cookie: str | None
    status: int


class Recorder:
    """Context manager: stands on a free port in front of the gateway at `target`."""

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self.host, self.target_port, self._prefix = parts.hostname or "", parts.port, parts.path
        self._server = _Server(self)
        self._lock = threading.Lock()
        self._sent: defaultdict[str, list[Sent]] = defaultdict(list)

    def url(self, host: str) -> str:
        """The root of the API for a page on `host`: the same host, the port of this proxy."""
        return f"http://{host}:{self._server.server_address[1]}{self._prefix}"

    def note(self, sent: Sent, query: str) -> None:
        """Keep one request."""
        with self._lock:
            self._sent[parse_qs(query).get(CELL, [""])[0]].append(sent)

    def take(self) -> dict[str, list[Sent]]:
        """Everything since the last time, by cell."""
        with self._lock:
            taken, self._sent = dict(self._sent), defaultdict(list)
        return taken

    def __enter__(self) -> Recorder:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        super().__init__(("127.0.0.1", 0), _Proxy)


class _Proxy(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def forward(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))) or None
        recorder = self.server.recorder
        connection = http.client.HTTPConnection(recorder.host, recorder.target_port, timeout=60)
        try:
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            payload = answer.read()
        finally:
            connection.close()
        self.note(answer.status)
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(payload)

    def note(self, status: int) -> None:
        path, _, query = self.path.partition("?")
        headers = self.headers
        self.server.recorder.note(
            Sent(
                self.command,
                path,
                headers["Origin"],
                headers["Access-Control-Request-Method"],
                headers["Access-Control-Request-Headers"],
                headers["Cookie"],
                status,
            ),
            query,
        )

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


for _method in METHODS:
    setattr(_Proxy, f"do_{_method}", _Proxy.forward)
