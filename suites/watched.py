"""An app under test with what a TestClient sees of it and a sender of events does not.

That is the exception it raised, template and context of its response, and messages that no sender takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .senders import ADDED, CONSUMED

TRAILERS, PUSH = "trailers", "server push"


class Impossible(Exception):
    """The app sends what nothing in front of a function takes; `kind` says what."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"{kind}: not in Lambda")
        self.kind = kind


class Watched:
    """The app, and what the last request to it came to.

    Attributes:
        error: what the app raised; None where it returned.
        started: whether it began a response.
        debug: the info of its `http.response.debug`, TestClient's own extension.
        lifespan_error: what its lifespan raised.
        state: its lifespan state.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.lifespan_error: BaseException | None = None
        self.state: MutableMapping[str, Any] = {}
        self.forget({})

    def forget(self, sent: Mapping[str, str]) -> None:
        """Makes ready for a request whose client sends the headers `sent`, names in lower case."""
        self._added = {name.encode() for name in ADDED if name not in sent}
        self._consumed = sent.get(CONSUMED)
        self.error: BaseException | None = None
        self.started = False
        self.debug: dict[str, Any] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
            return
        scope["headers"] = self._as_sent(scope["headers"])
        scope["extensions"] = {**scope.get("extensions", {}), "http.response.debug": {}}

        async def forward(message: Message) -> None:
            await self._forward(message, send)

        try:
            await self._app(scope, receive, forward)
        except BaseException as error:
            self.error = error
            raise

    def _as_sent(self, headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        """The headers without those that the sender added, and with the one that it kept."""
        own = [(name, value) for name, value in headers if name not in self._added]
        kept = CONSUMED.encode()
        if self._consumed is not None and all(name != kept for name, _ in own):
            own.append((kept, self._consumed.encode("latin-1")))
        return own

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.state = scope.get("state", {})
        try:
            await self._app(scope, receive, send)
        except BaseException as error:
            self.lifespan_error = error
            raise

    async def _forward(self, message: Message, send: Send) -> None:
        kind = message["type"]
        if kind == "http.response.debug":
            self.debug = message["info"]
            return
        if kind == "http.response.push":
            raise Impossible(PUSH)
        if kind == "http.response.trailers" or message.get("trailers"):
            raise Impossible(TRAILERS)
        self.started = self.started or kind == "http.response.start"
        await send(message)
