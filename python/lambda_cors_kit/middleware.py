"""ASGI: writes the decision on every response of the app that it wraps."""

from __future__ import annotations

import os

from .decision import Decision, replaced

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from .in_force import Writing
    from .policy import CORSPolicy

    RawHeaders = list[tuple[bytes, bytes]]

_ASKED = (b"origin", b"access-control-request-method", b"access-control-request-headers")


class CORSMiddleware:
    """Pure ASGI middleware around a whole app, for uvicorn and tests; on Lambda use `CORSHandler`.

    Preflights are answered here; every other response, an error of the router or of an unhandled exception
    included, carries the headers of the policy and no other Access-Control-* header. An app that has it inside
    (`app.add_middleware`) answers its exceptions by its own handler, as without it.

    Args:
        app: the ASGI app, with its own error handling inside.
        policy: the policy; without it, the environment is read. Where that says that the gateway writes the
            headers, the app's own are taken away; where it says `cors = null`, requests pass through untouched.

    Raises:
        PolicyError: where no policy is given and the environment has none that can be used.

    Source: https://fetch.spec.whatwg.org/#http-cors-protocol
    """

    def __init__(self, app: ASGIApp, policy: CORSPolicy | None = None) -> None:
        # As in CORSHandler: importing costs time at every cold start.
        from .in_force import in_force

        self.app = app
        self._writing = in_force(policy, os.environ)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one ASGI connection."""
        writing = self._writing
        if scope["type"] != "http" or writing is None:
            await self.app(scope, receive, send)
            return
        origin, method, headers = _request(scope)
        if scope["method"] == "OPTIONS" and type(writing) is Decision and None not in (origin, method):
            await _answer_preflight(writing, str(origin), str(method), headers, send)
            return
        await _Actual(self.app, writing, origin).run(scope, receive, send)


async def _answer_preflight(decision: Decision, origin: str, method: str, headers: str | None, send: Send) -> None:
    status, answer = decision.preflight(origin, method, headers)
    await send({"type": "http.response.start", "status": status, "headers": _raw(answer)})
    await send({"type": "http.response.body", "body": b""})


class _Actual:
    """One actual request: passes it on, and writes the decision on the response."""

    def __init__(self, app: ASGIApp, writing: Writing, origin: str | None) -> None:
        self.app = app
        self.writing = writing
        self.origin = origin
        self.started = False

    async def run(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.started = True
                message = {**message, "headers": self.headers(message.get("headers", ()))}
            await send(message)

        # The app that this stands in; another one that is mounted puts itself into the same scope.
        around = scope.get("app")
        try:
            await self.app(scope, receive, send_with_headers)
        except Exception as error:
            # A page can only read an error that carries the headers; the server still hears of the exception.
            if not self.started:
                await _answer_error(error, around, scope, receive, send_with_headers)
            raise

    def headers(self, given: Iterable[tuple[bytes, bytes]]) -> RawHeaders:
        """The app's headers with the policy's in place of any Access-Control-* of its own."""
        assert self.writing is not None
        lines = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in given]
        return _raw(replaced(lines, self.writing.response(self.origin)))


async def _answer_error(error: Exception, around: Any, scope: Scope, receive: Receive, send: Send) -> None:
    """Answers as Starlette does, by the app's own handler or with a traceback for whoever develops, and raises.

    Source: https://www.starlette.io/exceptions/
    """
    from starlette.middleware.errors import ServerErrorMiddleware

    async def fails(scope: Scope, receive: Receive, send: Send) -> None:
        raise error

    handlers: dict[Any, Any] = getattr(around, "exception_handlers", None) or {}
    last = [handler for kind, handler in handlers.items() if kind in (500, Exception)][-1:]
    debug = bool(getattr(around, "debug", False))
    await ServerErrorMiddleware(fails, last[0] if last else None, debug)(scope, receive, send)


def _request(scope: Scope) -> tuple[str | None, str | None, str | None]:
    """Origin, Access-Control-Request-Method and -Headers; several lines of one name become one value."""
    found: dict[bytes, str] = {}
    for key, value in scope["headers"]:
        if key in _ASKED:
            text = value.decode("latin-1")
            found[key] = f"{found[key]}, {text}" if key in found else text
    origin, method, headers = map(found.get, _ASKED)
    return origin, method, headers


def _raw(headers: Iterable[tuple[str, str]]) -> RawHeaders:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
