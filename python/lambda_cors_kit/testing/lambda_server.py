"""A Lambda handler behind an HTTP API with payload format 2.0, as `lambda-cors-kit serve` runs it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from types import SimpleNamespace
from typing import TYPE_CHECKING

from ..browser import HeaderList, PreflightCache, RawResponse, Request, Verdict, fetch
from ..handler import CORSHandler
from ..payloads.v2 import http_event, http_response, request_context
from .cookies import Cookies
from .server import sent

if TYPE_CHECKING:
    from .server import LambdaHandler

# What an HTTP API sends for a function that fails, or that returns no response.
LAMBDA_CRASH = RawResponse(500, (("Content-Type", "application/json"),), b'{"message":"Internal Server Error"}')

ACCOUNT = "123456789012"


class LambdaServer:
    """Runs a Lambda handler: one event at a time, as a container does."""

    def __init__(self, handler: LambdaHandler, origin: str) -> None:
        self.handler = handler
        self.origin = origin
        self.exception: Exception | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._busy = Lock()

    def fetch(self, request: Request, origin: str, cache: PreflightCache, cookies: Cookies) -> Verdict:
        """What the page gets, and as `exception` what the handler raised meanwhile."""
        self.exception = None
        return fetch(request, origin, self.send, cache, cookies)

    async def fetch_async(self, request: Request, origin: str, cache: PreflightCache, cookies: Cookies) -> Verdict:
        """`fetch` in a thread, for handlers run an event loop themselves."""
        return await asyncio.to_thread(self.fetch, request, origin, cache, cookies)

    def open(self) -> None:
        """The runtime opens nothing: a handler is ready once it is imported."""

    async def aopen(self) -> None:
        """As `open`."""

    def close(self) -> None:
        """Close the loop that the handler made; a `CORSHandler` keeps its own, with the app that lives there."""
        loop, self._loop = self._loop, None
        if loop is not None and not isinstance(self.handler, CORSHandler):
            loop.close()

    async def aclose(self) -> None:
        """As `close`."""
        self.close()

    def send(self, method: str, url: str, headers: HeaderList, body: bytes | None) -> RawResponse:
        """One request through the gateway and the handler. Raises NetworkError where nothing answers at `url`."""
        request = sent(method, url, headers, body, self.origin)
        context = request_context(
            request, account=ACCOUNT, api_id="api", domain_name=request.domain_name, decoded=True
        )
        with self._busy:
            try:
                with self._own_loop():
                    result = self.handler(http_event(request, context), LambdaContext())
                response = http_response(json.dumps(result).encode())
            except Exception as error:
                self.exception = error
                return LAMBDA_CRASH
        return RawResponse(response.status, response.headers, response.body)

    @contextmanager
    def _own_loop(self) -> Iterator[None]:
        """Leaves the thread's current loop as it was, and gives the handler the one that it made before.

        A `CORSHandler` finds none at first, and makes one, as it does in a container. Other adapters, such as
        Mangum, take the current loop, which another test may have closed.
        """
        # Asking for the current loop would make one where there is none; its policy knows, and only in private.
        policy = getattr(asyncio.events, "_get_event_loop_policy", asyncio.get_event_loop_policy)()
        found = vars(getattr(policy, "_local", None) or SimpleNamespace())
        before = dict(found)
        if self._loop is None or self._loop.is_closed():
            self._loop = None if isinstance(self.handler, CORSHandler) else asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)
        try:
            yield
        finally:
            self._loop = found.get("_loop") or self._loop
            found.clear()
            found.update(before)


class LambdaContext:
    """What a handler may ask of its context object."""

    function_name = "function"
    function_version = "$LATEST"
    invoked_function_arn = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:function"
    memory_limit_in_mb = "128"
    aws_request_id = "00000000-0000-0000-0000-000000000000"
    log_group_name = "/aws/lambda/function"
    log_stream_name = "stream"
    identity = None
    client_context = None

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda would end the invocation."""
        return 29_000
