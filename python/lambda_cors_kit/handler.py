"""Lambda: an event becomes a request of the app, and every response obeys the policy."""

from __future__ import annotations

import os

from .decision import Decision
from .payloads.events import form_of, header, method_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence
    from typing import Any, TypeVar

    from mangum.types import LambdaConfig
    from starlette.types import ASGIApp

    from .asgi.lifespan import LifespanMode
    from .in_force import Writing
    from .payloads.events import Event, Result
    from .policy import CORSPolicy

    T = TypeVar("T")

# Set by Lambda, and by what stands in for it, where a runtime client runs.
RUNTIME_API = "AWS_LAMBDA_RUNTIME_API"


class CORSHandler:
    """The entry point of a Lambda function whose app is ASGI: `handler = CORSHandler(app)`.

    A preflight that reaches the function is answered from the event, before the app; every other response, that
    of an unhandled exception included (a 500, logged with its traceback), carries the headers of the policy.

    Inside Lambda the environment is read and the app is started when the handler is made, so that what is wrong
    fails the init; elsewhere (uvicorn, tests, a migration) nothing happens before the first event. The lifespan
    runs once, and its state reaches the app in `scope["state"]`. The app lives on the thread's event loop.

    Args:
        app: the ASGI app.
        policy: the policy; without it, the environment is read. Where that says that the gateway writes the
            headers, the app's own are taken away; where it says `cors = null`, they pass through untouched.
        lifespan: "auto" runs the app's lifespan if it has one, "on" insists on it, "off" leaves it out.
        strip_root_path: true: `scope["path"]` is the app's own path alone, for frameworks that route by it
            without taking `root_path` off.
        api_gateway_base_path: Mangum's; a base path that the event does not tell, which becomes `root_path`.
        custom_handlers: Mangum's; readers of events of your own.
        text_mime_types: Mangum's; what leaves as text, in place of every textual type.
        exclude_headers: Mangum's; response headers that are left out.

    Raises:
        PolicyError: inside Lambda, where no policy is given and the environment has none that can be used.
        LifespanError: inside Lambda, where the app's start-up fails.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html and
    https://asgi.readthedocs.io/en/latest/specs/www.html
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        policy: CORSPolicy | None = None,
        lifespan: LifespanMode = "auto",
        strip_root_path: bool = False,
        api_gateway_base_path: str = "/",
        custom_handlers: Sequence[Any] | None = None,
        text_mime_types: Sequence[str] | None = None,
        exclude_headers: Sequence[str] | None = None,
    ) -> None:
        # Not before there is an app: until then, importing this package costs next to nothing.
        from .adapter import Options
        from .answering import Answering
        from .payloads.results import result_of

        # Wrappers of handlers (Powertools' Tracer) ask for it.
        self.__name__ = type(self).__name__
        self._policy = policy
        self._options = Options(api_gateway_base_path, custom_handlers, text_mime_types, exclude_headers)
        self._answering = Answering(app, lifespan, self._options, strip_root_path=strip_root_path)
        self._result_of = result_of
        self._is_read = False
        self._writing: Writing = None
        if RUNTIME_API in os.environ:
            self._read()
            self._answering.life.start()

    @property
    def config(self) -> LambdaConfig:
        """Mangum's options as its custom handlers get them."""
        return self._options.config

    def __call__(self, event: Event, context: Any) -> Result:
        """Answers one event.

        Raises:
            UnknownEventError: where the event is no HTTP request of a gateway or load balancer.
            PolicyError: outside Lambda, where the environment has no policy that can be used.
            RuntimeError: where a coroutine calls.
        """
        if not self._is_read:
            self._read()
        writing = self._writing
        if self._options.custom_handlers:
            request = self._options.custom(event, context)
            if request is not None:
                return self._answering.answer_custom(request, event, context, writing)
        form = form_of(event)
        if writing is None:
            return self._answering.answer(event, form, context, None)
        origin = header(event, "origin")
        if origin is not None and type(writing) is Decision and method_of(event, form) == "OPTIONS":
            method = header(event, "access-control-request-method")
            if method is not None:
                headers = header(event, "access-control-request-headers")
                return self._result_of(form, *writing.preflight(origin, method, headers))
        return self._answering.answer(event, form, context, writing.response(origin))

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """The result of a coroutine on the app's event loop, for schedules and jobs beside HTTP.

        Raises:
            RuntimeError: where a coroutine calls.
            LifespanError: where the app's start-up fails.
        """
        return self._answering.life.run(coroutine)

    def close(self) -> None:
        """Shuts the app down and ends its loop; Lambda itself never calls this, tests and servers may.

        Raises:
            LifespanError: where the app's shutdown fails.
        """
        self._answering.life.close()

    def _read(self) -> None:
        from .in_force import in_force

        self._writing = in_force(self._policy, os.environ)
        self._is_read = True
