"""What is registered with a Starlette or FastAPI app after it was started.

`handler = CORSHandler(app)` starts the app inside Lambda at once, and modules go on: exception handlers,
middleware and instrumentation follow. Starlette builds its stack of them when it is first called, which the
start-up was, and then refuses more. So the built stack is laid aside until the first event, and built anew if
something came.

Source: https://www.starlette.io/applications/ (Starlette.build_middleware_stack)
"""

from __future__ import annotations

import sys

from .lifespan import LifespanError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Registered:
    """What an app knew when it was started."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._before = _stack_of(app)
        self._startup = _startup_of(app)
        self._stack = app.middleware_stack
        app.middleware_stack = None

    @classmethod
    def of(cls, app: object) -> Registered | None:
        """What `app` knows, for Starlette and what is made of it; None for any other app."""
        applications = sys.modules.get("starlette.applications")
        if applications is None or not isinstance(app, applications.Starlette):
            return None
        return cls(app)

    def take_over(self) -> None:
        """Gives the app its stack back, or lets it build another where something came.

        Raises:
            LifespanError: where a start-up function came, for the start-up is over; it names the function.
        """
        late = [each for each in _startup_of(self._app) if each not in self._startup]
        if late:
            raise LifespanError(
                f"{_named(late[0])} was registered as a start-up function after CORSHandler had started the app",
                "it never ran; move the line handler = CORSHandler(app) below it",
            )
        if self._app.middleware_stack is None and _stack_of(self._app) == self._before:
            self._app.middleware_stack = self._stack


def _stack_of(app: Any) -> list[object]:
    """All that Starlette's stack is built of, to be compared."""
    return [
        list(app.user_middleware),
        dict(app.exception_handlers),
        app.debug,
        # Instrumentation puts a method of its own on the app.
        app.__dict__.get("build_middleware_stack"),
    ]


def _startup_of(app: Any) -> list[object]:
    """The functions of the start-up (where this release has them), and the lifespan itself."""
    return [*(getattr(app.router, "on_startup", None) or ()), app.router.lifespan_context]


def _named(function: object) -> str:
    module, name = getattr(function, "__module__", None), getattr(function, "__qualname__", None)
    code = getattr(function, "__code__", None)
    where = f" ({code.co_filename}:{code.co_firstlineno})" if code is not None else ""
    return f"{module}.{name}{where}" if name else repr(function)
