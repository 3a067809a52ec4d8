"""Two web pages on one port of 127.0.0.1: http://localhost:PORT and http://127.0.0.1:PORT are two origins."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType

from demo.checks import Check, PageName, as_json

PAGE = Path(__file__).with_name("page.html")


class Pages:
    """Context manager: serves the page, what it needs to know, and how often the function ran."""

    def __init__(self, api: str, checks: Sequence[Check], invocations: Callable[[], int]) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        port = self._server.server_address[1]
        self.origins: dict[PageName, str] = {
            "allowed": f"http://localhost:{port}",
            "refused": f"http://127.0.0.1:{port}",
        }
        self.invocations = invocations
        self.setting = json.dumps(
            {"api": api, "pages": self.origins, "checks": [as_json(check) for check in checks]}
        )

    def __enter__(self) -> Pages:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _handler(pages: Pages) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path == "/":
                self.answer(200, "text/html; charset=utf-8", PAGE.read_bytes())
            elif path == "/demo.json":
                self.answer(200, "application/json", pages.setting.encode())
            elif path == "/invocations":
                self.answer(200, "application/json", str(pages.invocations()).encode())
            else:
                self.answer(404, "text/plain", b"")

        def answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the terminal belongs to the steps."""

    return Handler
