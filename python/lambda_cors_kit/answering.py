"""An event answered by the app: the request made of it, and the result made of the response."""

from __future__ import annotations

import logging

from .adapter import write_headers
from .asgi.cycle import Buffer, Cycle
from .asgi.life import Life
from .asgi.lifespan import LifespanError
from .decision import replaced
from .payloads.events import LOAD_BALANCER, LOAD_BALANCER_MULTIPLE, form_of, header
from .payloads.paths import below, completed, stripped
from .payloads.results import UnsendableResponse, response_lines, result_of
from .payloads.scope import body_of, scope_of
from .problems import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from starlette.types import ASGIApp, Scope

    from .adapter import Options
    from .asgi.lifespan import LifespanMode
    from .in_force import Writing
    from .payloads.events import Event, Result

TEXT = (("content-type", "text/plain; charset=utf-8"),)
FAILED = b"Internal Server Error"
# https://fetch.spec.whatwg.org/#null-body-status, of those that a response can end with
NULL_BODY_STATUSES = (204, 205, 304)
LOAD_BALANCERS = (LOAD_BALANCER, LOAD_BALANCER_MULTIPLE)
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
MAX_LOAD_BALANCER_BYTES = 1_048_576
WARNING_SECONDS = 2.0
"""So long before Lambda ends an invocation, a response that is not complete is worth a word."""

logger = logging.getLogger("lambda_cors_kit")
access = logging.getLogger("lambda_cors_kit.access")


class Answering:
    """Answers events with an app, whatever they hold and whatever the app does."""

    def __init__(self, app: ASGIApp, lifespan: LifespanMode, options: Options, *, strip_root_path: bool) -> None:
        self.life = Life(app, lifespan)
        self._options = options
        self._strip = strip_root_path

    def answer(self, event: Event, form: str, context: Any, headers: dict[str, str] | None) -> Result:
        """The result for an event; `headers` replace those of CORS, None leaves the app's own.

        Raises:
            RuntimeError: where a coroutine calls.
        """
        try:
            body = body_of(event)
            scope = scope_of(event, form, context, len(body))
            self._place(scope)
        except ValueError as error:
            # A body that is no base64, half a character: the client's fault, which deserves no traceback.
            logger.warning("the event holds a malformed request: %s", shown(str(error)))
            return self._result(form, 400, TEXT, b"Bad Request", headers)
        except Exception:
            logger.exception("the event could not be turned into a request")
            return self._result(form, 500, TEXT, FAILED, headers)
        # The app may change its scope. The path of the log is the encoded one, which holds no line feed.
        method, path, raw_path = scope["method"], scope["path"], scope["raw_path"]
        response = self._ask(scope, body, context)
        result = None
        if response is not None:
            try:
                content = response.body if method != "HEAD" and response.status not in NULL_BODY_STATUSES else b""
                lines = response_lines(response.headers)
                result = self._result(form, response.status, lines, content or b"", headers)
            except UnsendableResponse as error:
                logger.error("the response to %s %s cannot be sent: %s", method, shown(path), error)
            except Exception:
                logger.exception("the app's response could not be turned into one for the event's sender")
        if result is None:
            result = self._result(form, 500, TEXT, FAILED, headers)
        elif form in LOAD_BALANCERS and len(result["body"]) > MAX_LOAD_BALANCER_BYTES:
            logger.warning(
                "the response to %s %s has a body of %d bytes, and a load balancer answers 502 for a result of "
                "more than 1 MB",
                method,
                shown(path),
                len(result["body"]),
            )
        if access.isEnabledFor(logging.INFO):
            access.info("%s %s %s", method, raw_path.decode("ascii"), result["statusCode"])
        return result

    def answer_custom(self, request: Any, event: Event, context: Any, writing: Writing) -> Result:
        """The result that one of Mangum's `custom_handlers` makes of the app's response.

        Raises:
            RuntimeError: where a coroutine calls.
        """
        response = self._ask(request.scope, request.body, context)
        lines = response.headers if response else [(name.encode(), value.encode()) for name, value in TEXT]
        result: Result = request(
            {
                "status": response.status if response else 500,
                "headers": [list(line) for line in lines],
                "body": response.body if response else FAILED,
            }
        )
        if writing is not None and _is_http(event):
            write_headers(result, writing.response(header(event, "origin")))
        return result

    def _place(self, scope: Scope) -> None:
        """Lets the options say what the event does not: a base path, and an app that wants its own path alone."""
        root = scope["root_path"]
        if self._options.base_path != "/":
            root = below(self._options.base_path, scope["path"], root)
            whole = completed(scope["path"], scope["raw_path"], root)
            scope["path"], scope["raw_path"], scope["root_path"] = whole
        if self._strip:
            scope["path"], scope["raw_path"] = stripped(scope["path"], scope["raw_path"], root)

    def _ask(self, scope: Scope, body: bytes, context: Any) -> Buffer | None:
        """The app's whole response; None where there is none, which is logged."""
        buffer = Buffer()
        cycle = Cycle(body, buffer)
        try:
            self.life.serve(cycle, scope, _Patience(scope, context, buffer))
        except LifespanError:
            logger.exception("the app could not be started")
            return None
        return buffer if cycle.completed else None

    def _result(self, form: str, status: int, lines: Any, body: bytes, headers: dict[str, str] | None) -> Result:
        if self._options.excluded:
            lines = [line for line in lines if line[0] not in self._options.excluded]
        if headers is not None:
            lines = replaced(lines, headers)
        return result_of(form, status, lines, body, self._options.text_types)


class _Patience:
    """What is said of a response that Lambda will cut off: no buffered function can stream it."""

    __slots__ = ("_buffer", "_context", "_left", "_method", "_path")

    def __init__(self, scope: Scope, context: Any, buffer: Buffer) -> None:
        # Of its scope an app may make what it likes.
        self._method, self._path = scope.get("method"), scope.get("path")
        self._context = context
        self._buffer = buffer
        self._left = WARNING_SECONDS

    def seconds(self) -> float | None:
        """How long a response may take unsaid, half of the time where it is short; None where nobody knows it."""
        try:
            remaining = self._context.get_remaining_time_in_millis() / 1000
            self._left = min(WARNING_SECONDS, remaining / 2)
            return max(0.0, float(remaining - self._left))
        except Exception:
            # Tests give any object as the context, and a mock answers anything.
            return None

    def sound(self) -> None:
        """One line for the operator: Lambda itself only says that the task timed out."""
        kind = next((line[1] for line in self._buffer.headers if line[0].lower() == b"content-type"), b"")
        logger.warning(
            "the response to %s %s%s is not complete, %d bytes so far, and Lambda ends the invocation in %.1f "
            "seconds: nothing of it reaches the page, for this function does not stream",
            self._method,
            shown(self._path),
            f" ({kind.decode('latin-1')})" if kind else "",
            self._buffer.size,
            self._left,
        )


def _is_http(event: Event) -> bool:
    try:
        form_of(event)
    except ValueError:
        return False
    return True
