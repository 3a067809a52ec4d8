"""ASGI: writes the decision on every response of the app that it wraps."""

from __future__ import annotations

import os

from .decision import Decision, merge_vary
from .policy import CORSPolicy, writing_policy
from .standard import PREFIX

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    RawHeaders = list[tuple[bytes, bytes]]

_PREFIX = PREFIX.encode()


class CORSMiddleware:
    """Pure ASGI middleware around a whole app, for uvicorn and tests; on Lambda use `CORSHandler`.

    Preflights are answered here; every other response, an error of the router or of an unhandled exception
    included, carries the headers of the policy and no other Access-Control-* header.

    Args:
        app: the ASGI app, with its own error handling inside.
        policy: the policy; without it, the environment is read, and where that says that the gateway
            writes the headers (or that there are none), requests pass through untouched.

    Raises:
        PolicyError: where no policy is given and the environment has none that can be used.

    Source: https://fetch.spec.whatwg.org/#http-cors-protocol
    """

    def __init__(self, app: ASGIApp, policy: CORSPolicy | None = None) -> None:
        self.app = app
        in_force = policy or writing_policy(os.environ)
        self._decision = Decision(in_force) if in_force else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one ASGI connection."""
        if scope["type"] != "http" or self._decision is None:
            await self.app(scope, receive, send)
            return
        origin, method, headers = _request(scope)
        if scope["method"] == "OPTIONS" and origin is not None and method is not None:
            await self._answer_preflight(self._decision, origin, method, headers, send)
            return
        await _Actual(self.app, self._decision, origin).run(scope, receive, send)

    @staticmethod
    async def _answer_preflight(
        decision: Decision, origin: str, method: str, headers: str | None, send: Send
    ) -> None:
        status, answer = decision.preflight(origin, method, headers)
        await send({"type": "http.response.start", "status": status, "headers": _raw(answer)})
        await send({"type": "http.response.body", "body": b""})


class _Actual:
    """One actual request: passes it on, and writes the decision on the response."""

    def __init__(self, app: ASGIApp, decision: Decision, origin: str | None) -> None:
        self.app = app
        self.decision = decision
        self.origin = origin
        self.started = False

    async def run(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.started = True
                message = {**message, "headers": self.headers(message.get("headers", ()))}
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except Exception:
            # A page can only read an error that carries the headers; the server still hears of the exception.
            if not self.started:
                await send_with_headers(
                    {
                        "type": "http.response.start",
                        "status": 500,
                        "headers": [(b"content-type", b"text/plain; charset=utf-8")],
                    }
                )
                await send({"type": "http.response.body", "body": b"Internal Server Error"})
            raise

    def headers(self, given: Iterable[tuple[bytes, bytes]]) -> RawHeaders:
        """The app's headers with the policy's in place of any Access-Control-* of its own."""
        kept: RawHeaders = []
        vary: list[str] = []
        name = self.decision.vary
        for key, value in given:
            lower = key.lower()
            if lower.startswith(_PREFIX):
                continue
            if name and lower == b"vary":
                vary.append(value.decode("latin-1"))
            else:
                kept.append((key, value))
        if name:
            kept.append((b"vary", merge_vary(vary, name).encode("latin-1")))
        return kept + _raw(self.decision.actual(self.origin))


def _request(scope: Scope) -> tuple[str | None, str | None, str | None]:
    """Origin, Access-Control-Request-Method and -Headers; several lines of one name become one value."""
    found: dict[bytes, str] = {}
    for key, value in scope["headers"]:
        if key in (b"origin", b"access-control-request-method", b"access-control-request-headers"):
            text = value.decode("latin-1")
            found[key] = f"{found[key]}, {text}" if key in found else text
    return (
        found.get(b"origin"),
        found.get(b"access-control-request-method"),
        found.get(b"access-control-request-headers"),
    )


def _raw(headers: Iterable[tuple[str, str]]) -> RawHeaders:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
