"""A handler in a thread of its own, as TestClient has a loop in one: a test may have a running loop itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from types import SimpleNamespace
from typing import Literal, Protocol, TypeVar

from starlette.types import ASGIApp

from .calls import Call
from .control import CONTROL, Server
from .kit import CORSHandler, Response
from .senders import Event, Result, Sender
from .watched import Watched

T = TypeVar("T")
Lifespan = Literal["auto", "off"]
_JSON = json.loads, json.dumps


class Handler(Protocol):
    """What answers events: the kit's handler, or the control."""

    def __call__(self, event: Event, context: object) -> Result:
        """The result for one event."""

    def close(self) -> None:
        """Shuts the app down."""


CONTEXT = SimpleNamespace(
    aws_request_id="c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
    function_name="suites",
    function_version="$LATEST",
    invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:suites",
    memory_limit_in_mb="512",
    log_group_name="/aws/lambda/suites",
    log_stream_name="2026/04/09/[$LATEST]suites",
    get_remaining_time_in_millis=lambda: 30_000,
)


class Session:
    """One life of an app behind one sender, until `close`. The caller's context variables are the app's.

    Raises what the app's start-up raised, as `close` does for its shutdown.
    """

    def __init__(self, app: ASGIApp, sender: Sender, lifespan: Lifespan) -> None:
        self.watched = Watched(app)
        self._sender = sender
        self._thread = ThreadPoolExecutor(max_workers=1)
        try:
            with _json_as_it_was():
                self._handler = self._in_thread(lambda: _handler(self.watched, sender, lifespan))
            if self.watched.lifespan_error is not None:
                self._in_thread(self._handler.close)
        except Exception:
            self._end()
            raise
        if self.watched.lifespan_error is not None:
            self._end()

    def ask(self, call: Call) -> Response:
        """The response to a call: as event, through the handler, from its result."""
        self.watched.forget({name.lower(): value for name, value in call.request.headers})
        with _json_as_it_was():
            event = self._sender.event(call)
        result = self._in_thread(lambda: self._handler(event, CONTEXT))
        with _json_as_it_was():
            return self._sender.response(result, call)

    def close(self) -> None:
        """Shuts the app down."""
        try:
            self._in_thread(self._handler.close)
        finally:
            self._end()

    def _in_thread(self, function: Callable[[], T]) -> T:
        return self._thread.submit(copy_context().run, function).result()

    def _end(self) -> None:
        self._thread.shutdown()
        if self.watched.lifespan_error is not None:
            raise self.watched.lifespan_error


@contextmanager
def _json_as_it_was() -> Iterator[None]:
    """What stands for AWS has all of `json`: a test may have replaced a part of it for its app."""
    mocked = json.loads, json.dumps
    json.loads, json.dumps = _JSON
    try:
        yield
    finally:
        json.loads, json.dumps = mocked


def _handler(app: ASGIApp, sender: Sender, lifespan: Lifespan) -> Handler:
    with _json_as_it_was():
        return Server(app, lifespan=lifespan) if sender is CONTROL else CORSHandler(app, lifespan=lifespan)
