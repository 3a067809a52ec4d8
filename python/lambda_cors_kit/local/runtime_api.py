"""The Lambda Runtime API on loopback: what a function's runtime client talks to inside a sandbox.

Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import json
from typing import Protocol

from ..payloads.messages import Request, Response
from .http_server import HTTPServer
from .invocation import MAX_RESPONSE_BYTES, FunctionError, Invocation, Outcome

_PREFIX = "/2018-06-01/runtime/"


class Sandbox(Protocol):
    """The execution environment whose runtime asks."""

    def next(self) -> Invocation | None:
        """Block until there is something to do; None when the sandbox ends."""

    def finish(self, request_id: str, outcome: Outcome) -> bool:
        """Take the outcome of the current invocation; False when `request_id` is not the current one."""

    def fail_init(self, error: FunctionError) -> None:
        """The runtime could not load the handler."""


class RuntimeAPI:
    """Serves one sandbox. `address` is the value of AWS_LAMBDA_RUNTIME_API."""

    def __init__(self, sandbox: Sandbox, function_arn: str) -> None:
        self._sandbox = sandbox
        self._function_arn = function_arn
        # A response beyond Lambda's limit arrives cut, which is all that has to be known about it.
        self._server = HTTPServer(self._answer, body_limit=MAX_RESPONSE_BYTES)

    @property
    def address(self) -> str:
        """Host and port."""
        return f"{self._server.host}:{self._server.port}"

    def start(self) -> None:
        """Begin to answer."""
        self._server.start()

    def close(self) -> None:
        """Stop."""
        self._server.close()

    def _answer(self, request: Request) -> Response:
        match request.method, request.path.removeprefix(_PREFIX).split("/"):
            case "GET", ["invocation", "next"]:
                return self._next()
            case "POST", ["invocation", request_id, "response"]:
                return _accepted(self._sandbox.finish(request_id, _response(request)))
            case "POST", ["invocation", request_id, "error"]:
                return _accepted(self._sandbox.finish(request_id, _error(request)))
            case "POST", ["init", "error"]:
                self._sandbox.fail_init(_error(request))
                return _accepted(True)
        return _json(404, {"errorMessage": "unknown path", "errorType": "InvalidPath"})

    def _next(self) -> Response:
        invocation = self._sandbox.next()
        if invocation is None:
            return _json(403, {"errorMessage": "the sandbox ends", "errorType": "Shutdown"})
        headers = (
            ("Content-Type", "application/json"),
            ("Lambda-Runtime-Aws-Request-Id", invocation.request_id),
            ("Lambda-Runtime-Deadline-Ms", str(invocation.deadline_ms)),
            ("Lambda-Runtime-Invoked-Function-Arn", self._function_arn),
            ("Lambda-Runtime-Trace-Id", invocation.trace_id),
        )
        return Response(200, headers, invocation.event)


def _response(request: Request) -> Outcome:
    if request.truncated:
        return FunctionError(
            "Function.ResponseSizeTooLarge",
            f"Response payload size exceeded maximum allowed payload size ({MAX_RESPONSE_BYTES} bytes).",
        )
    return request.body


def _error(request: Request) -> FunctionError:
    kind = request.header("Lambda-Runtime-Function-Error-Type") or "Unhandled"
    try:
        told = json.loads(request.body)
        return FunctionError(str(told.get("errorType") or kind), str(told.get("errorMessage") or ""))
    except (ValueError, AttributeError):
        return FunctionError(kind, request.body[:1000].decode(errors="replace"))


def _accepted(known: bool) -> Response:
    if known:
        return _json(202, {"status": "OK"})
    return _json(400, {"errorMessage": "no such invocation", "errorType": "InvalidRequestID"})


def _json(status: int, content: dict[str, str]) -> Response:
    return Response(status, (("Content-Type", "application/json"),), json.dumps(content).encode())
