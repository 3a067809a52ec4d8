"""Lambda: Mangum runs the app, preflights are answered without it, and every response obeys the policy."""

from __future__ import annotations

import asyncio
import logging
import os

from mangum import Mangum

from .decision import Decision
from .events import UnknownEventError, header, method_of, response, write_headers
from .lifespan import Lifespan
from .policy import CORSPolicy, writing_policy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .events import Event, Result
    from .lifespan import LifespanMode
    from .middleware import ASGIApp, Receive, Scope, Send

logger = logging.getLogger("lambda_cors_kit")


class CORSHandler:
    """The entry point of a Lambda function whose app is ASGI: `handler = CORSHandler(app)`.

    A preflight that reaches the function is answered from the event, before Mangum and the app; every other
    response, that of an unhandled exception included (a 500, logged with its traceback), carries the headers
    of the policy. The lifespan runs once per container, when the handler is made, and its state reaches the
    app in `scope["state"]`.

    Args:
        app: the ASGI app.
        policy: the policy; without it, the environment is read, and where that says that the gateway writes
            the headers (or that there are none), requests pass through untouched.
        lifespan: "auto" runs the app's lifespan if it has one, "on" insists on it, "off" leaves it out.
        options: Mangum's other options: `api_gateway_base_path`, `custom_handlers`, `text_mime_types`,
            `exclude_headers`.

    Raises:
        PolicyError: where no policy is given and the environment has none that can be used.
        LifespanError: where the app's start-up fails.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        policy: CORSPolicy | None = None,
        lifespan: LifespanMode = "auto",
        **options: Any,
    ) -> None:
        in_force = policy or writing_policy(os.environ)
        self._decision = Decision(in_force) if in_force else None
        self._app = app
        self._loop = self._new_loop()
        self._lifespan = Lifespan(app, lifespan, self._loop)
        self._lifespan.startup()
        self._custom_handlers = bool(options.get("custom_handlers"))
        self._mangum = Mangum(self._app_with_state, lifespan="off", **options)

    def __call__(self, event: Event, context: Any) -> Result:
        """Answers one event.

        Raises:
            UnknownEventError: where the event is no HTTP request of a gateway or load balancer.
        """
        try:
            method = method_of(event)
        except UnknownEventError:
            if self._custom_handlers:
                return self._run(event, context)
            raise
        decision = self._decision
        if decision is None:
            return self._run(event, context)
        origin = header(event, "origin")
        if method == "OPTIONS" and origin is not None:
            requested = header(event, "access-control-request-method")
            if requested is not None:
                answer = decision.preflight(origin, requested, header(event, "access-control-request-headers"))
                return response(event, *answer)
        result = self._run(event, context)
        write_headers(result, decision.actual(origin), decision.vary)
        return result

    def close(self) -> None:
        """Shuts the app down and closes the loop; Lambda itself never calls this, tests and servers may.

        Raises:
            LifespanError: where the app's shutdown fails.
        """
        try:
            self._lifespan.shutdown()
        finally:
            self._loop.close()

    def _run(self, event: Event, context: Any) -> Result:
        if self._loop.is_closed():
            self._loop = self._new_loop()
        # An app may have replaced the current loop, as asyncio.run does; Mangum takes the current one.
        asyncio.set_event_loop(self._loop)
        try:
            result: Result = self._mangum(event, context)
        except Exception:
            # Mangum answers for the app; what is left are events that it cannot turn into a request.
            if self._custom_handlers:
                raise
            logger.exception("the event could not be turned into a request")
            return response(event, 500, [("content-type", "text/plain; charset=utf-8")], "Internal Server Error")
        return result

    async def _app_with_state(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"] = self._lifespan.state.copy()
        await self._app(scope, receive, send)

    @staticmethod
    def _new_loop() -> asyncio.AbstractEventLoop:
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        return loop
