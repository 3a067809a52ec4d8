"""What stands behind the page in a test: a server of ASGI, or a Lambda function behind a gateway."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import MethodWrapperType
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from urllib.parse import urlsplit

from ..browser import HeaderList, NetworkError, url_origin
from ..payloads.messages import Request

if TYPE_CHECKING:
    from starlette.types import ASGIApp

LambdaHandler: TypeAlias = Callable[[dict[str, Any], Any], Any]
Interface = Literal["asgi", "lambda"]

CLIENT_IP = "192.0.2.1"
"""The page's address, of the range for documentation: https://www.rfc-editor.org/rfc/rfc5737#section-3"""


def sent(method: str, url: str, headers: HeaderList, body: bytes | None, served: str) -> Request:
    """What the browser sends, as it arrives: with what the HTTP layer adds, names in lower case as in HTTP/2.

    Raises NetworkError where `url` is not of the origin `served`.
    """
    if url_origin(url) != served:
        raise NetworkError(f"in this test, {served} (base_url) alone answers")
    parts = urlsplit(url)
    fields = [("host", parts.netloc)]
    if body is not None:
        fields.append(("content-length", str(len(body))))
    fields += [(name.lower(), value) for name, value in headers]
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return Request(method, target, tuple(fields), body or b"", source_ip=CLIENT_IP, scheme=parts.scheme)


def is_asgi(app: ASGIApp | LambdaHandler, interface: Interface | None) -> bool:
    """Whether `app` is an ASGI application; otherwise it is a Lambda handler.

    Raises TypeError where it is neither, or `interface` has another value.
    """
    if interface not in (None, "asgi", "lambda"):
        raise TypeError(f'interface is {interface!r}; write "asgi" or "lambda", or leave it out')
    guess = interface if interface is not None and callable(app) else _guess(app)
    if guess is None:
        raise TypeError(
            "BrowserClient takes an ASGI application (scope, receive, send) or a Lambda handler (event, context), "
            f"and {app!r:.80} is neither; give the application itself, not its class, factory or name. Where its "
            'arguments do not show which it is, write interface="asgi" or interface="lambda"'
        )
    return guess == "asgi"


def _guess(app: Any) -> Interface | None:
    """Tells `(scope, receive, send)` from `(event, context)` by the arguments that `app` takes."""
    if isinstance(app, type) or not callable(app):
        return None
    called = _called(app)
    try:
        signature = inspect.signature(called)
    except (TypeError, ValueError):
        return None
    two, three = _takes(signature, 2), _takes(signature, 3)
    is_async = inspect.iscoroutinefunction(called) or inspect.iscoroutinefunction(type(app).__call__)
    if three and (is_async or not two):
        return "asgi"
    return "lambda" if two else None


def _called(app: Any) -> Any:
    """The function that `app(…)` ends in, or what says of itself that it wraps one.

    `inspect.signature` alone fails at a `__call__` that each instance fills for itself, in a slot, as in Sentry's
    wrapper, and miscounts at a static one.
    """
    while not hasattr(app, "__wrapped__"):
        call = inspect.getattr_static(type(app), "__call__")
        call = call.__get__(app, type(app)) if hasattr(call, "__get__") else call
        if isinstance(call, MethodWrapperType):
            break
        app = call
    return app


def _takes(signature: inspect.Signature, count: int) -> bool:
    try:
        signature.bind(*range(count))
    except TypeError:
        return False
    return True
