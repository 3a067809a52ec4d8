"""A gateway without any configuration: every request reaches the function, which writes every header."""

from __future__ import annotations

from .invocation import EVENT_TOO_LARGE, FunctionError, Invokable
from .log import log
from .messages import Request, Response
from .payload_v2 import MalformedResponse, http_event, http_response

BODY_LIMIT = 6 * 1024 * 1024
"""What a Function URL takes; https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""


class PolicyOnlyGateway:
    """Sends payload 2.0, as a Function URL without `cors` does. `prefix` is the path of the API's root."""

    prefix = ""
    body_limit = BODY_LIMIT

    def __init__(self, account: str, function: Invokable) -> None:
        self._account = account
        self._function = function

    def __call__(self, request: Request) -> Response:
        """The function's response, or the bare error of a gateway that could not get one."""
        if request.truncated:
            return _bare(413, "Request Entity Too Large")
        invocation = self._function.invoke(http_event(request, account=self._account, api_id="local"))
        try:
            return http_response(invocation.result())
        except (FunctionError, MalformedResponse) as error:
            log(f"{request.method} {request.path}: {error}", "gateway")
            if isinstance(error, FunctionError) and error.kind == EVENT_TOO_LARGE:
                return _bare(413, "Request Entity Too Large")
            return _bare(502, "Internal Server Error")


def _bare(status: int, message: str) -> Response:
    return Response(status, (("Content-Type", "application/json"),), f'{{"message":"{message}"}}'.encode())
