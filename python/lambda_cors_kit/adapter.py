"""Mangum as the adapter between events and ASGI, with the app's loop and lifespan kept between invocations.

Mangum turns an event into a scope, and a response into the form that the event's sender reads. What is done
here in its place: the lifespan runs once, the loop and its worker threads stay, the scope is worked out once
per request, and a base path is stripped only where a path segment ends.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import weakref
from functools import cached_property

from mangum import Mangum
from mangum.handlers import ALB, APIGateway, HTTPGateway

from .asgi.cycle import Cycle
from .asgi.lifespan import Lifespan, LifespanError
from .asgi.loop import Loop
from .events import UnknownEventError, path_of, response
from .problems import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from mangum.types import LambdaConfig, LambdaHandler, Response
    from starlette.types import ASGIApp, Scope

    from .asgi.lifespan import LifespanMode
    from .events import Event, Result

logger = logging.getLogger("lambda_cors_kit")

TEXT = (("content-type", "text/plain; charset=utf-8"),)


def _reading_once(kind: Any) -> Any:
    """Mangum's `kind` of event with its scope worked out once; it asks again when it builds a response."""
    return type(kind.__name__, (kind,), {"scope": cached_property(kind.scope.fget)})


KINDS = tuple(_reading_once(kind) for kind in (ALB, HTTPGateway, APIGateway))


class Adapter:
    """Answers events with an app, which it starts when it is made.

    Raises:
        LifespanError: where the app's start-up fails.
    """

    def __init__(self, app: ASGIApp, lifespan: LifespanMode, options: dict[str, Any]) -> None:
        self._app = app
        self._mode = lifespan
        self._started = False
        self._start()
        _open.add(self)
        mangum = self._loop.run(_mangum(app, options))
        self._kinds = (*mangum.custom_handlers, *KINDS)
        self._base_path = "/" + mangum.config["api_gateway_base_path"].strip("/")
        self._config: LambdaConfig = {**mangum.config, "api_gateway_base_path": self._base_path}
        self._config_elsewhere: LambdaConfig = {**mangum.config, "api_gateway_base_path": "/"}

    def _start(self) -> None:
        self._lifespan = Lifespan(self._app, self._mode)
        self._loop = Loop()
        try:
            self._lifespan.startup(self._loop)
        except BaseException:
            self._loop.close()
            raise
        self._started = True

    def answer(self, event: Event, context: Any) -> Result:
        """The answer to an event that `method_of` knows; what fails is logged, and answered as well."""
        try:
            request = self._request(event, context)
            scope, body = request.scope, request.body
            if scope.get("path") == "":
                # The base path alone leaves nothing.
                scope["path"] = "/"
        except ValueError as error:
            # A Host that is none, a body that is no base64: the client's fault, which deserves no traceback.
            logger.warning("the event holds a malformed request: %s", shown(str(error)))
            return response(event, 400, TEXT, "Bad Request")
        except Exception:
            return _failed(event, "the event could not be turned into a request")
        try:
            answer = self._run(scope, body)
        except LifespanError:
            return _failed(event, "the app could not be started again")
        try:
            return request(answer)
        except Exception:
            return _failed(event, "the app's response could not be turned into one for the event's sender")

    def custom(self, event: Event, context: Any) -> Result:
        """The answer of Mangum's `custom_handlers` to an event of any other kind.

        Raises:
            UnknownEventError: where none of them takes it.
        """
        for kind in self._kinds[: -len(KINDS)]:
            if kind.infer(event, context, self._config):
                request = kind(event, context, self._config)
                result: Result = request(self._run(request.scope, request.body))
                return result
        raise UnknownEventError(event)

    def close(self) -> None:
        """Shuts the app down and closes the loop; a later event starts the app again.

        Raises:
            LifespanError: where the app's shutdown fails.
        """
        try:
            self._lifespan.shutdown(self._loop)
        finally:
            self._loop.close()

    def __del__(self) -> None:
        # A handler that is dropped, as in a test, leaves nothing behind. No loop can run inside another.
        if self._started and asyncio._get_running_loop() is None:
            _close(self)

    def _request(self, event: Event, context: Any) -> LambdaHandler:
        config = self._config
        if self._base_path != "/" and not f"{path_of(event)}/".startswith(f"{self._base_path}/"):
            config = self._config_elsewhere
        for kind in self._kinds:
            if kind.infer(event, context, config):
                request: LambdaHandler = kind(event, context, config)
                return request
        raise UnknownEventError(event)

    def _run(self, scope: Scope, body: bytes) -> Response:
        if self._loop.is_closed:
            # With it went whatever the app's start-up had bound to it.
            logger.warning("the event loop was closed since the last invocation: the app is started again")
            self._start()
        scope = {**scope, "state": self._lifespan.state.copy()}
        return self._loop.run(Cycle(body).run(self._app, scope))


async def _mangum(app: Any, options: dict[str, Any]) -> Mangum:
    # In a running loop it is content with that, and makes none the thread's current one.
    return Mangum(app, lifespan="off", **options)


def _failed(event: Event, what: str) -> Result:
    logger.exception(what)
    return response(event, 500, TEXT, "Internal Server Error")


def _close(adapter: Adapter) -> None:
    try:
        adapter.close()
    except Exception:
        logger.exception("the app was not shut down properly")


_open: weakref.WeakSet[Adapter] = weakref.WeakSet()


def _close_all() -> None:
    for adapter in list(_open):
        _close(adapter)


# The interpreter waits for worker threads before it calls what `atexit` holds, and they wait for the end of
# their loop; concurrent.futures ends its own threads by the same hook.
threading._register_atexit(_close_all)  # type: ignore[attr-defined]  # private, see above
