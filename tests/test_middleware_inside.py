"""CORSMiddleware inside of an app: what the app has for its exceptions stays, and the page can read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from lambda_cors_kit import CORSMiddleware, CORSPolicy

ORIGIN = "https://app.example.com"
INSIDE = [Middleware(CORSMiddleware, policy=CORSPolicy([ORIGIN]))]


def crash(request: Any = None) -> None:
    raise LookupError("nothing there")


async def async_json(request: Any, error: Exception) -> JSONResponse:
    return JSONResponse({"error": str(error), "path": request.url.path}, 500)


def sync_json(request: Any, error: Exception) -> JSONResponse:
    return JSONResponse({"error": str(error), "path": request.url.path}, 500)


def starlette(handlers: dict[Any, Any], **options: Any) -> Starlette:
    routes = [Route("/crash", crash), Mount("/router", routes=[Route("/crash", crash)])]
    return Starlette(routes=routes, middleware=INSIDE, exception_handlers=handlers, **options)


def fastapi(handlers: dict[Any, Any], **options: Any) -> FastAPI:
    app = FastAPI(middleware=INSIDE, exception_handlers=handlers, **options)
    app.get("/crash")(crash)
    app.mount("/router", Starlette(routes=[Route("/fine", lambda request: PlainTextResponse("fine"))]))
    return app


Make = Callable[..., Starlette]
makes = pytest.mark.parametrize("make", [starlette, fastapi])


def asked(app: Starlette, path: str = "/crash", **headers: str) -> Any:
    """The response, and what the server saw."""
    response = TestClient(app, raise_server_exceptions=False).get(path, headers={"origin": ORIGIN, **headers})
    with pytest.raises(LookupError, match="nothing there"):
        TestClient(app).get(path)
    assert response.status_code == 500
    assert response.headers.get_list("access-control-allow-origin") == [ORIGIN]
    return response


@makes
@pytest.mark.parametrize("kind", [500, Exception])
@pytest.mark.parametrize("handler", [async_json, sync_json])
def test_the_answer_of_the_apps_handler(make: Make, kind: Any, handler: Any) -> None:
    response = asked(make({kind: handler}))
    assert response.json() == {"error": "nothing there", "path": "/crash"}


@makes
def test_of_two_handlers_the_one_that_starlette_takes(make: Make) -> None:
    def other(request: Any, error: Exception) -> PlainTextResponse:
        return PlainTextResponse("other", 500)

    for handlers in ({500: other, Exception: sync_json}, {Exception: other, 500: sync_json}):
        assert asked(make(handlers)).json()["error"] == "nothing there"


@makes
def test_without_a_handler_the_text_of_starlette(make: Make) -> None:
    assert asked(make({})).text == "Internal Server Error"


@makes
def test_debugging_shows_the_traceback(make: Make) -> None:
    assert "LookupError: nothing there" in asked(make({500: sync_json}, debug=True)).text
    page = asked(make({}, debug=True), accept="text/html")
    assert page.text.startswith("\n<html>") or "<html" in page.text


def test_a_crash_below_a_mount() -> None:
    assert asked(starlette({500: sync_json}), "/router/crash").json()["error"] == "nothing there"


@makes
def test_an_app_that_is_mounted_answers_for_itself(make: Make) -> None:
    def inner(request: Any, error: Exception) -> JSONResponse:
        return JSONResponse({"inner": str(error)}, 500)

    app = make({500: sync_json})
    app.mount("/inner", Starlette(routes=[Route("/crash", crash)], exception_handlers={500: inner}))
    assert asked(app, "/inner/crash").json() == {"inner": "nothing there"}


@makes
def test_what_a_mounted_apps_middleware_raises_is_the_outer_apps(make: Make) -> None:
    def other(request: Any, error: Exception) -> PlainTextResponse:
        return PlainTextResponse("other", 500)

    async def raising(scope: Any, receive: Any, send: Any) -> None:
        # What is mounted puts itself into the scope, here without any error handling around it.
        scope["app"] = Starlette(exception_handlers={500: other})
        raise LookupError("nothing there")

    app = make({500: sync_json})
    app.mount("/raising", raising)
    assert asked(app, "/raising/crash").json()["error"] == "nothing there"


@makes
def test_other_statuses_are_the_apps_as_ever(make: Make) -> None:
    response = TestClient(make({500: sync_json})).get("/absent", headers={"origin": ORIGIN})
    assert (response.status_code, response.headers["access-control-allow-origin"]) == (404, ORIGIN)
