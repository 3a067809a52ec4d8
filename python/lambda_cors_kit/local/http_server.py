"""A small HTTP/1.1 server: one thread a connection, the bytes judged by h11.

Unlike the usual Python servers it hands on header names in the case that the client sent, as a regional REST API
does, and any method, duplicate header and binary body as they are.
"""

from __future__ import annotations

import socket
import socketserver
import sys
import threading
import time
import traceback
from collections.abc import Callable
from http import HTTPStatus
from types import TracebackType

import h11

from ..payloads.messages import Request, Response
from .log import log

Application = Callable[[Request], Response]

HEADER_BYTES = 65_536
"""Request line and headers together; what is longer is answered 431 by the server itself."""
DISCARD_BYTES = 64 * 1024 * 1024
"""How much of a body beyond the limit is read, so that the client gets its answer, before hanging up."""
IDLE_SECONDS = 75.0
_REASONS = {status.value: status.phrase.encode() for status in HTTPStatus}


class HTTPServer:
    """Serves `application` on `host`:`port` (0: any free port) between `start()` and `close()`.

    A body longer than `body_limit` bytes arrives cut to that length, with `Request.truncated` set.
    """

    def __init__(
        self,
        application: Application,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        body_limit: int,
        access_log: bool = False,
    ) -> None:
        self._listener = _Listener(application, host, port, body_limit, access_log)
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.05,), daemon=True)

    @property
    def host(self) -> str:
        """The host as it stands in a URL."""
        host = str(self._listener.server_address[0])
        return f"[{host}]" if ":" in host else host

    @property
    def port(self) -> int:
        """The port that is listened on, in 1 to 65535."""
        return int(self._listener.server_address[1])

    def start(self) -> HTTPServer:
        """Begin to answer."""
        self._thread.start()
        return self

    def close(self) -> None:
        """Stop listening and hang up on every client."""
        if self._thread.is_alive():
            self._listener.shutdown()
            self._thread.join()
        self._listener.server_close()
        self._listener.hang_up()

    def __enter__(self) -> HTTPServer:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, application: Application, host: str, port: int, body_limit: int, access_log: bool) -> None:
        self.application = application
        self.body_limit = body_limit
        self.access_log = access_log
        self._clients: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host.strip("[]"), port), _Client)

    def welcome(self, client: socket.socket) -> None:
        with self._lock:
            self._clients.add(client)

    def forget(self, client: socket.socket) -> None:
        with self._lock:
            self._clients.discard(client)

    def hang_up(self) -> None:
        with self._lock:
            clients = list(self._clients)
        for client in clients:
            try:
                client.shutdown(socket.SHUT_RDWR)
            except OSError:  # it hung up first
                continue

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no news; a fault of the server is."""
        if not isinstance(sys.exc_info()[1], OSError):
            traceback.print_exc()


class _Client(socketserver.BaseRequestHandler):
    server: _Listener
    request: socket.socket

    def setup(self) -> None:
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.request.settimeout(IDLE_SECONDS)
        self.connection = h11.Connection(h11.SERVER, max_incomplete_event_size=HEADER_BYTES)
        self.server.welcome(self.request)

    def finish(self) -> None:
        self.server.forget(self.request)

    def handle(self) -> None:
        try:
            while self._exchange():
                self.connection.start_next_cycle()
        except h11.RemoteProtocolError as error:
            if self.connection.our_state in (h11.IDLE, h11.SEND_RESPONSE):
                self._send(_refusal(error.error_status_hint), "")
        except OSError:  # the client hung up, stayed silent, or the server was closed
            return

    def _exchange(self) -> bool:
        """Answer one request; whether another one may follow on this connection."""
        request = self._receive()
        if request is None:
            return False
        started = time.monotonic()
        try:
            response = self.server.application(request)
        except Exception:
            traceback.print_exc()
            response = _refusal(500)
        self._send(response, request.method)
        if self.server.access_log:
            milliseconds = round((time.monotonic() - started) * 1000)
            log(f"{request.method} {request.target} {response.status} {milliseconds} ms")
        return self.connection.our_state is h11.DONE and self.connection.their_state is h11.DONE

    def _receive(self) -> Request | None:
        head = self._event()
        if not isinstance(head, h11.Request):
            return None
        body, truncated = self._body()
        return Request(
            method=head.method.decode("ascii"),
            target=_origin_form(head.target.decode("ascii")),
            headers=tuple((k.decode("ascii"), v.decode("latin-1")) for k, v in head.headers.raw_items()),
            body=body,
            source_ip=str(self.client_address[0]),
            protocol="HTTP/" + head.http_version.decode("ascii"),
            truncated=truncated,
        )

    def _body(self) -> tuple[bytes, bool]:
        kept = bytearray()
        length = 0
        while isinstance(event := self._event(), h11.Data):
            length += len(event.data)
            kept += event.data[: max(0, self.server.body_limit - len(kept))]
            if length > self.server.body_limit + DISCARD_BYTES:
                raise OSError("more than any gateway takes")
        return bytes(kept), length > len(kept)

    def _event(self) -> object:
        while (event := self.connection.next_event()) is h11.NEED_DATA:
            if self.connection.they_are_waiting_for_100_continue:
                self._write(h11.InformationalResponse(status_code=100, headers=[]))
            self.connection.receive_data(self.request.recv(65_536))
        return event

    def _send(self, response: Response, method: str) -> None:
        bodiless = response.status in (204, 304)
        fields = [(_encoded(name), _encoded(value)) for name, value in response.headers]
        if response.header("date") is None:
            fields.append((b"Date", time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime()).encode()))
        if not bodiless:
            fields.append((b"Content-Length", str(len(response.body)).encode()))
        if self.connection.their_state is h11.ERROR:
            fields.append((b"Connection", b"close"))
        # One segment for head and body: a second small one would wait for the client's delayed acknowledgement.
        head = h11.Response(status_code=response.status, headers=fields, reason=_REASONS.get(response.status, b""))
        data = self.connection.send(head) or b""
        if response.body and not bodiless and method != "HEAD":
            data += self.connection.send(h11.Data(data=response.body)) or b""
        data += self.connection.send(h11.EndOfMessage()) or b""
        self.request.sendall(data)

    def _write(self, event: h11.InformationalResponse) -> None:
        self.request.sendall(self.connection.send(event) or b"")


def _origin_form(target: str) -> str:
    """The target as path and query; proxies and `OPTIONS *` send other forms."""
    if "://" in target.partition("?")[0]:
        target = "/" + target.partition("://")[2].partition("/")[2]
    return target if target.startswith("/") else "/"


def _encoded(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode()


def _refusal(status: int) -> Response:
    words = {431: "Request Header Fields Too Large", 500: "Internal server error"}.get(status, "Bad Request")
    return Response(status, (("Content-Type", "application/json"),), f'{{"message":"{words}"}}'.encode())
