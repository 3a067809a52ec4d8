"""Lambda: Mangum runs the app, preflights are answered without it, and every response obeys the policy."""

from __future__ import annotations

import os

from .decision import Decision
from .events import UnknownEventError, header, method_of, response, write_headers
from .policy import CORSPolicy, writing_policy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from starlette.types import ASGIApp

    from .asgi.lifespan import LifespanMode
    from .events import Event, Result


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
        # Not before there is an app: until then, importing this package costs next to nothing.
        from .adapter import Adapter

        in_force = policy or writing_policy(os.environ)
        self._decision = Decision(in_force) if in_force else None
        self._adapter = Adapter(app, lifespan, options)

    def __call__(self, event: Event, context: Any) -> Result:
        """Answers one event.

        Raises:
            UnknownEventError: where the event is no HTTP request of a gateway or load balancer.
        """
        try:
            method = method_of(event)
        except UnknownEventError:
            return self._adapter.custom(event, context)
        decision = self._decision
        if decision is None:
            return self._adapter.answer(event, context)
        origin = header(event, "origin")
        if method == "OPTIONS" and origin is not None:
            requested = header(event, "access-control-request-method")
            if requested is not None:
                answer = decision.preflight(origin, requested, header(event, "access-control-request-headers"))
                return response(event, *answer)
        result = self._adapter.answer(event, context)
        write_headers(result, decision.response(origin))
        return result

    def close(self) -> None:
        """Shuts the app down and closes its loop; Lambda itself never calls this, tests and servers may.

        Raises:
            LifespanError: where the app's shutdown fails.
        """
        self._adapter.close()
