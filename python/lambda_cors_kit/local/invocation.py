"""One invocation of the function: what goes in, when it has to be done, what came out."""

from __future__ import annotations

import secrets
import threading
import time
import uuid
from collections.abc import Mapping
from typing import Protocol

MAX_EVENT_BYTES = 6 * 1024 * 1024
"""Largest event of a synchronous invocation; https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
MAX_RESPONSE_BYTES = 6_291_556
"""Largest response: 6 MB and 100 bytes, the number that Lambda's own error message names."""

EVENT_TOO_LARGE = "RequestEntityTooLarge"
"""The kind of FunctionError for an event that Lambda does not take."""


class FunctionError(Exception):
    """The function raised, timed out, crashed, did not start, or returned more than Lambda passes on."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(f"{kind}: {message}" if message else kind)
        self.kind = kind
        self.message = message


Outcome = bytes | FunctionError


class Invocation:
    """An event on its way through a sandbox. `timeout` is the function's, in seconds."""

    def __init__(self, event: bytes, timeout: float) -> None:
        self.event = event
        self.timeout = timeout
        self.request_id = str(uuid.uuid4())
        self.trace_id = f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)};Sampled=0"
        self.deadline_ms = 0
        self._done = threading.Event()
        self._outcome: Outcome = b""

    def begin(self) -> None:
        """A sandbox took it: the function's time runs from here."""
        self.deadline_ms = int((time.time() + self.timeout) * 1000)

    def complete(self, outcome: Outcome) -> None:
        """The first outcome counts."""
        if not self._done.is_set():
            self._outcome = outcome
            self._done.set()

    def result(self, patience: float | None = None) -> bytes:
        """The function's response as JSON text.

        Raises FunctionError, and TimeoutError when there is no outcome after `patience` seconds; the function
        goes on in that case, as it does behind API Gateway.
        """
        if not self._done.wait(patience):
            raise TimeoutError(f"no answer within {patience} seconds")
        if isinstance(self._outcome, FunctionError):
            raise self._outcome
        return self._outcome


class Invokable(Protocol):
    """A function, as a gateway sees it."""

    def invoke(self, event: Mapping[str, object]) -> Invocation:
        """Hand over an event and return at once."""
