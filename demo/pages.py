"""Two web pages on one port of 127.0.0.1: http://localhost:PORT and http://127.0.0.1:PORT are two origins."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from demo.checks import CHECKS, Asked, Check, PageName, expected
from demo.gateways import Running
from demo.signature import signed

PAGE = Path(__file__).with_name("page.html")


class Pages:
    """Context manager: serves the page, what it needs to know, and how often each function ran.

    `gateways` is filled in when they run; the port is there before, for Terraform to know the pages' origins.
    """

    def __init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        port = self._server.server_address[1]
        self.origins: dict[PageName, str] = {
            "allowed": f"http://localhost:{port}",
            "refused": f"http://127.0.0.1:{port}",
        }
        self.gateways: Sequence[Running] = ()

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

    def setting(self) -> dict[str, Any]:
        """Return what the page's script needs to know; signatures are as old as the call."""
        return {"pages": self.origins, "gateways": [_gateway(each) for each in self.gateways]}

    def invocations(self, key: str) -> int | None:
        """Return how often the function of a gateway ran, None where there is no such gateway."""
        found = (each.invocations() for each in self.gateways if each.facts.key == key)
        return next(found, None)


def prepared(asked: Asked, gateway: Running) -> Asked:
    """Return what a page really sends through a gateway: the same, signed where that is asked for."""
    return signed(asked, gateway.url) if gateway.facts.signed else asked


def _gateway(gateway: Running) -> dict[str, Any]:
    facts = gateway.facts
    return {
        "key": facts.key,
        "name": facts.name,
        "writer": facts.writer,
        "signed": facts.signed,
        "limits": list(facts.limits),
        "url": gateway.url,
        "checks": [as_json(check, gateway) for check in CHECKS],
    }


def as_json(check: Check, gateway: Running) -> dict[str, Any]:
    """Return a check as the page's script takes it."""
    asked, sent = check.asked, prepared(check.asked, gateway)
    wanted = expected(check, gateway.facts)
    title = check.title if gateway.facts.kit or check.without is None else check.without.why
    return {
        "page": check.page,
        "title": title,
        "named": [name for name in asked.headers if name != "Content-Type"],
        "asked": {
            "path": sent.path,
            "method": sent.method,
            "headers": dict(sent.headers),
            "body": sent.body,
            "credentials": sent.credentials,
            "padding": sent.padding,
        },
        # Of a preflight a script learns nothing.
        "expected": {"status": wanted.status, "text": wanted.text, "invocations": wanted.invocations},
    }


def _handler(pages: Pages) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/":
                self.answer(200, "text/html; charset=utf-8", PAGE.read_bytes())
            elif parts.path == "/demo.json":
                self.answer(200, "application/json", json.dumps(pages.setting()).encode())
            elif parts.path == "/invocations":
                ran = pages.invocations(parse_qs(parts.query).get("gateway", [""])[0])
                self.answer(404 if ran is None else 200, "application/json", json.dumps(ran).encode())
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
