"""The control: the app called as an HTTP server calls it, in the place of the handler and its events.

What fails here is the suites' own fault, or that of a response that is read only when it is complete.
"""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import unquote

from starlette.types import ASGIApp, Message

from .calls import Call
from .kit import Response
from .senders import Event, Result, Sender


def _scope(call: Call) -> Event:
    request = call.request
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": request.method,
        "path": unquote(request.path),
        "raw_path": request.path.encode("ascii"),
        "root_path": call.root_path,
        "scheme": call.scheme,
        "query_string": request.query.encode("ascii"),
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in request.headers],
        "client": (request.source_ip, 50000),
        "server": [call.host, call.port],
        "body": request.body,
    }


def _response(result: Result, _: Call) -> Response:
    return Response(result["status"], result["headers"], result["body"])


CONTROL = Sender("control", _scope, _response, True, True, True)


class Server:
    """Runs an app in one loop. Its "event" is the scope with the body in it, its "result" the whole response."""

    def __init__(self, app: ASGIApp, *, lifespan: str) -> None:
        self._app = app
        self._runner = asyncio.Runner()
        self._inbox: asyncio.Queue[Message] = asyncio.Queue()
        self._outbox: asyncio.Queue[Message] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._state: dict[str, Any] = {}
        if lifespan != "off":
            scope = {"type": "lifespan", "state": self._state}
            self._task = self._runner.get_loop().create_task(self._live(scope))
            self._runner.run(self._tell("lifespan.startup"))

    async def _live(self, scope: dict[str, Any]) -> None:
        await self._app(scope, self._inbox.get, self._outbox.put)

    async def _tell(self, kind: str) -> None:
        """Sends a lifespan message, and waits until the app has answered or is done."""
        assert self._task is not None
        self._inbox.put_nowait({"type": kind})
        answer = asyncio.ensure_future(self._outbox.get())
        await asyncio.wait([self._task, answer], return_when=asyncio.FIRST_COMPLETED)
        failed = answer.done() and answer.result()["type"].endswith("failed")
        answer.cancel()
        if failed or kind.endswith("shutdown"):
            await asyncio.wait([self._task])
        if self._task.done():
            # Whoever watches the app has the exception.
            self._task.exception()

    def __call__(self, event: Event, context: object) -> Result:
        """The response of the app; what it raises is a 500, and remembered by whoever watches it."""
        scope = {name: value for name, value in event.items() if name != "body"}
        return self._runner.run(self._answer(scope | {"state": self._state.copy()}, event["body"]))

    async def _answer(self, scope: Event, body: bytes) -> Result:
        messages: list[Message] = []
        asked, complete = [body], asyncio.Event()

        async def receive() -> Message:
            if asked:
                return {"type": "http.request", "body": asked.pop(), "more_body": False}
            await complete.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            # A copy: the app may use its buffer again.
            messages.append({**message, "body": bytes(message.get("body", b""))})
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                complete.set()

        try:
            await self._app(scope, receive, send)
        except Exception:
            if not complete.is_set():
                return {"status": 500, "headers": (), "body": b""}
        start: Message = messages[0] if messages else {"status": 500}
        headers = tuple((name.decode(), value.decode("latin-1")) for name, value in start.get("headers", ()))
        return {"status": start["status"], "headers": headers, "body": b"".join(m["body"] for m in messages)}

    def close(self) -> None:
        """Shuts the app down and closes the loop."""
        if self._task is not None and not self._task.done():
            self._runner.run(self._tell("lifespan.shutdown"))
        self._runner.close()
