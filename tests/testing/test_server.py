"""What BrowserClient takes for an application, what for a handler, and the options that each can have."""

from __future__ import annotations

import functools
from typing import Any

import pytest
from starlette.applications import Starlette

from lambda_cors_kit.testing import BrowserClient

SAME_ORIGIN = "https://api.example.com"


async def asgi(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body", "body": b"asgi"})


def handler(event: Any, context: Any) -> Any:
    return {"statusCode": 200, "body": "lambda"}


class Slotted:
    """As Sentry's wrapper does: it chooses what it is when it is made."""

    __slots__ = ("__call__", "app")

    def __init__(self, app: Any) -> None:
        self.app = app
        self.__call__ = self._run_asgi3

    async def _run_asgi3(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)


class SlottedHandler:
    __slots__ = ("__call__",)

    def __init__(self) -> None:
        self.__call__ = handler


class SlottedMethod:
    __slots__ = ("__call__",)

    def __init__(self) -> None:
        self.__call__ = self._run

    def _run(self, event: Any, context: Any) -> Any:
        return handler(event, context)


class Static:
    @staticmethod
    async def __call__(scope: Any, receive: Any, send: Any) -> None:
        await asgi(scope, receive, send)


class Nested:
    __call__ = Slotted(asgi)


class Wrapped:
    """A decorator that is a class."""

    def __init__(self, wrapped: Any) -> None:
        functools.update_wrapper(self, wrapped)

    def __call__(self, *args: Any) -> Any:
        return self.__wrapped__(*args)  # type: ignore[attr-defined]  # update_wrapper sets it


class Proxy:
    """Takes whatever comes, as generic wrappers do."""

    def __init__(self, wrapped: Any) -> None:
        self.wrapped = wrapped

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.wrapped(*args, **kwargs)


def said_by(client: BrowserClient) -> str:
    with client:
        return client.fetch("/").text()


@pytest.mark.parametrize(
    ("app", "said"),
    [
        (asgi, "asgi"),
        (Slotted(asgi), "asgi"),
        (Slotted(Slotted(asgi)), "asgi"),
        (Static(), "asgi"),
        (Nested(), "asgi"),
        (Wrapped(asgi), "asgi"),
        (Wrapped(handler), "lambda"),
        (functools.partial(asgi), "asgi"),
        (Static().__call__, "asgi"),
        (handler, "lambda"),
        (SlottedHandler(), "lambda"),
        (SlottedMethod(), "lambda"),
        (Proxy(handler), "lambda"),
    ],
    ids=lambda app: getattr(app, "__name__", type(app).__name__),
)
def test_what_the_arguments_show(app: Any, said: str) -> None:
    assert said_by(BrowserClient(app, SAME_ORIGIN)) == said


def test_interface_says_what_they_do_not_show() -> None:
    assert said_by(BrowserClient(Proxy(asgi), SAME_ORIGIN, interface="asgi")) == "asgi"
    assert said_by(BrowserClient(Proxy(handler), SAME_ORIGIN, interface="lambda")) == "lambda"


@pytest.mark.parametrize("interface", ["wsgi", "ASGI", "", True])
def test_another_interface_is_refused(interface: Any) -> None:
    with pytest.raises(TypeError, match=r'interface is .*; write "asgi" or "lambda"'):
        BrowserClient(asgi, interface=interface)


@pytest.mark.parametrize(
    "app",
    [Starlette, "app:app", None, 7, lambda: None, lambda scope: None, {"app": 1}],
    ids=lambda app: repr(app)[:9],
)
def test_what_is_neither_asgi_nor_a_handler(app: Any) -> None:
    with pytest.raises(TypeError, match=r"ASGI application .* or a Lambda handler"):
        BrowserClient(app)


def test_interface_makes_nothing_of_what_cannot_be_called() -> None:
    not_an_app: Any = "app:app"
    with pytest.raises(TypeError, match="is neither"):
        BrowserClient(not_an_app, interface="asgi")


@pytest.mark.parametrize("app", [asgi, handler])
@pytest.mark.parametrize("lifespan", ["yes", "", None, True])
def test_an_unknown_lifespan_is_refused(app: Any, lifespan: Any) -> None:
    with pytest.raises(TypeError, match='write "auto", "on" or "off"'):
        BrowserClient(app, lifespan=lifespan)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"lifespan": "on"}, "lifespan is 'on', and a Lambda handler"),
        ({"lifespan": "off"}, "lifespan is 'off', and a Lambda handler"),
        ({"timeout": 5.0}, "timeout is 5.0, and nothing ends a Lambda handler"),
        ({"timeout": 0}, "timeout is 0, and nothing ends a Lambda handler"),
        ({"interface": "lambda", "timeout": 1}, "timeout is 1,"),
    ],
)
def test_what_a_handler_cannot_have_is_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(TypeError, match=words) as caught:
        BrowserClient(handler, **options)
    assert "leave it out, or give BrowserClient the ASGI application" in str(caught.value)


def test_a_handler_may_be_told_to_wait_for_ever() -> None:
    assert said_by(BrowserClient(handler, SAME_ORIGIN, timeout=None)) == "lambda"
