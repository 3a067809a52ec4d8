"""The app alone: its call in a loop that runs, with the scope made before; no adapter can cost less."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from .cases import Event

_HTTP = {"type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1"}


class AppAlone:
    """An app that is called by nothing but a coroutine."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._loop = asyncio.new_event_loop()

    def __call__(self, event: Event, context: Any) -> dict[str, Any]:
        """One call, in the form of a result."""
        sent: list[dict[str, Any]] = []
        self._loop.run_until_complete(self._call(_scope(event), sent))
        return {"statusCode": sent[0]["status"], "headers": dict(sent[0]["headers"]), "body": sent[1]["body"]}

    def batch(self, event: Event, calls: int) -> float:
        """Seconds per call."""
        return self._loop.run_until_complete(self._timed(_scope(event), calls))

    async def _timed(self, scope: dict[str, Any], calls: int) -> float:
        start = time.perf_counter()
        for _ in range(calls):
            await self._call(scope, [])
        return (time.perf_counter() - start) / calls

    async def _call(self, scope: dict[str, Any], sent: list[dict[str, Any]]) -> None:
        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self._app({**scope, "state": {}}, receive, send)


def _scope(event: Event) -> dict[str, Any]:
    """What the app is asked, without any adapter: the same method, path, query and headers."""
    context = event["requestContext"].get("http", event)
    path = context["path"]
    return {
        **_HTTP,
        "method": context.get("method") or event["httpMethod"],
        "scheme": "https",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"page=2&sort=name",
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in event["headers"].items()],
        "client": ("192.0.2.1", 0),
        "server": ("api.example.net", 443),
    }
