"""Empty pages on several loopback origins, each host with a cookie of its own."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import urlsplit

# By name: host, and which of the two ports. Every browser resolves *.localhost to loopback by itself.
PLACES: dict[str, tuple[str, int]] = {
    "app": ("app.localhost", 0),
    "sub": ("a.app.localhost", 0),
    "deep": ("b.a.app.localhost", 0),
    "port": ("a.app.localhost", 1),
    "other": ("other.localhost", 0),
    "local": ("localhost", 1),
    "ip": ("127.0.0.1", 0),
}
COOKIE = "visitor"


class Pages:
    """Context manager: serves every place on loopback. `origins` gives the origin of each page by its name."""

    def __init__(self) -> None:
        self._servers = [ThreadingHTTPServer(("127.0.0.1", 0), _Page) for _ in range(2)]
        self.ports = tuple(int(server.server_address[1]) for server in self._servers)
        self.origins = {name: f"http://{host}:{self.ports[port]}" for name, (host, port) in PLACES.items()}

    def __enter__(self) -> Pages:
        for server in self._servers:
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b"<!doctype html><title>page</title><link rel='icon' href='data:,'>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        # Lax and without Secure: WebKit keeps no Secure cookie of http://, and the API has the page's own host.
        cookie = cookie_of(f"http://{self.headers['Host']}")
        self.send_header("Set-Cookie", f"{cookie}; Path=/; SameSite=Lax")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def cookie_of(url: str) -> str:
    """The cookie that a browser has for the host of `url` once it was there."""
    return f"{COOKIE}={urlsplit(url).hostname}"
