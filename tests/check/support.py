"""Sites on loopback that answer as they are told, and the command that checks them."""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

ORIGIN = "https://app.example.com"
FOREIGN = "https://lambda-cors-kit-probe.invalid"
VARY = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"


class Asked(NamedTuple):
    """A request as the site got it; `names` are the header names in the spelling of the wire."""

    method: str
    path: str
    origin: str | None
    headers: dict[str, str]
    names: tuple[str, ...]

    @property
    def is_preflight(self) -> bool:
        return self.method == "OPTIONS" and "access-control-request-method" in self.headers


class Answer(NamedTuple):
    """An answer, its headers exactly as given."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


Behaviour = Callable[[Asked], Answer]


class Site:
    """A site on loopback while the `with` lasts. `asked` is every request that it got."""

    def __init__(self, behaviour: Behaviour, certificate: Path | None = None) -> None:
        self.behaviour = behaviour
        self.asked: list[Asked] = []
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._scheme = "http"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
            self._scheme = "https"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def url(self, path: str = "/items") -> str:
        return f"{self._scheme}://127.0.0.1:{self.port}{path}"

    def sent(self, method: str) -> list[Asked]:
        return [each for each in self.asked if each.method == method]

    def __enter__(self) -> Site:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    def server_bind(self) -> None:
        socketserver.TCPServer.server_bind(self)  # and no name is looked up


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except OSError:  # the client had enough
                self.close_connection = True

        def __getattr__(self, name: str) -> Any:
            if name.startswith("do_"):
                return self.answer
            raise AttributeError(name)

        def answer(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            names = tuple(self.headers.keys())
            asked = Asked(self.command, self.path, headers.get("origin"), headers, names)
            site.asked.append(asked)
            status, fields, body = site.behaviour(asked)
            self.send_response_only(status)
            for name, value in fields:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Says nothing."""

    return Handler


def healthy(*origins: str, **changes: str) -> Behaviour:
    """A careful API for `origins` (one, `ORIGIN`, by default). `changes` replace headers by their short names."""
    allowed = origins or (ORIGIN,)

    def answer(asked: Asked) -> Answer:
        vary = ("Vary", VARY if asked.is_preflight else "Origin")
        if asked.origin not in allowed:
            return Answer(403 if asked.is_preflight else 200, (vary,))
        fields = {"Access-Control-Allow-Origin": str(asked.origin)}
        if asked.is_preflight:
            fields["Access-Control-Allow-Methods"] = changes.get("methods", "GET,HEAD,POST,PUT,PATCH,DELETE")
            fields["Access-Control-Allow-Headers"] = changes.get("headers", "authorization,content-type")
            fields["Access-Control-Max-Age"] = changes.get("age", "7200")
        status = 204 if asked.is_preflight else 404 if "lambda-cors-kit-probe" in asked.path else 200
        return Answer(status, (*fields.items(), vary))

    return answer


@contextmanager
def raw_site(data: bytes, *, drip: float = 0.0) -> Iterator[str]:
    """The URL of something on loopback that answers every connection with `data`; byte by byte, if it drips."""
    ended = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)

    def serve() -> None:
        while not ended.is_set():
            try:
                client, _ = listener.accept()
            except TimeoutError:
                continue
            with client:
                answer(client)

    def answer(client: socket.socket) -> None:
        try:
            client.recv(65_536)
            for part in [data] if not drip else [bytes([byte]) for byte in data]:
                client.sendall(part)
                if ended.wait(drip):
                    return
        except OSError:
            return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        ended.set()
        thread.join()
        listener.close()


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
