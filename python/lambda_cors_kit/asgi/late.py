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
    from collections.abc import Iterator
    from typing import Any

    from .lifespan import LifespanMode

FRAMEWORKS = ("starlette", "fastapi")


class Registered:
    """What an app knew when it was started."""

    def __init__(self, app: Any, mode: LifespanMode) -> None:
        self._app = app
        self._mode = mode
        self._before = _stack_of(app)
        self._startup = self._startup_now()
        self._stack = app.middleware_stack
        app.middleware_stack = None

    @classmethod
    def of(cls, app: object, mode: LifespanMode) -> Registered | None:
        """What `app` knows, for Starlette and what is made of it; None for any other app."""
        applications = sys.modules.get("starlette.applications")
        if applications is None or not isinstance(app, applications.Starlette):
            return None
        return cls(app, mode)

    def take_over(self) -> None:
        """Gives the app its stack back, or lets it build another where something came.

        Raises:
            LifespanError: where a start-up function came, for the start-up is over; it names the function.
        """
        late = [each for each in self._startup_now() if each not in self._startup]
        if late:
            raise LifespanError(
                f"{_named(late[0])} was registered as a start-up function after CORSHandler had started the app",
                "it never ran; move the line handler = CORSHandler(app) below it",
            )
        if self._app.middleware_stack is None and _stack_of(self._app) == self._before:
            self._app.middleware_stack = self._stack

    def _startup_now(self) -> list[object]:
        # Without a lifespan, nobody expects one of them to run.
        return [] if self._mode == "off" else list(_functions(self._app.router.lifespan_context))


def _stack_of(app: Any) -> list[object]:
    """All that Starlette's stack is built of, to be compared."""
    return [
        list(app.user_middleware),
        dict(app.exception_handlers),
        app.debug,
        # Instrumentation puts a method of its own on the app.
        app.__dict__.get("build_middleware_stack"),
    ]


def _functions(lifespan: Any) -> Iterator[object]:
    """The functions of the user's that a lifespan runs.

    `include_router` makes a new one around that of the app and that of the router, whether there is anything in
    them or not; and what runs start-up functions knows the router that has them.
    """
    wrapped = getattr(lifespan, "__wrapped__", None)
    if wrapped is not None:
        yield from _functions(wrapped)
    elif str(getattr(lifespan, "__module__", "")).partition(".")[0] not in FRAMEWORKS:
        yield lifespan
    elif (router := getattr(lifespan, "_router", None)) is not None:
        # From 1.0 on Starlette has none, and FastAPI has its own.
        yield from getattr(router, "on_startup", ())
    else:
        for cell in getattr(lifespan, "__closure__", None) or ():
            if callable(cell.cell_contents):
                yield from _functions(cell.cell_contents)


def _named(function: object) -> str:
    module, name = getattr(function, "__module__", None), getattr(function, "__qualname__", None)
    code = getattr(function, "__code__", None)
    where = f" ({code.co_filename}:{code.co_firstlineno})" if code is not None else ""
    return f"{module}.{name}{where}" if name else repr(function)
