"""What is registered after the handler is made works, or is an error that says so."""

from __future__ import annotations

import asyncio
import types
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from starlette.applications import Starlette
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

from lambda_cors_kit import CORSHandler
from lambda_cors_kit.asgi.cycle import Buffer, Cycle
from lambda_cors_kit.asgi.lifespan import LifespanError
from tests.handler.conftest import Serve
from tests.handler.samples import answering, event, header_lines, told


class Seen:
    """Middleware that counts what it sees, and marks the response."""

    made: list[Seen] = []  # noqa: RUF012  # emptied for each test

    def __init__(self, app: Any, mark: bytes = b"seen") -> None:
        self.app = app
        self.mark = mark
        self.kinds: list[str] = []
        self.made.append(self)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.kinds.append(scope["type"])

        async def marking(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-mark", self.mark)]
            await send(message)

        await self.app(scope, receive, marking)


@pytest.fixture(autouse=True)
def _none_made() -> None:
    Seen.made.clear()


async def items(request: Request) -> JSONResponse:
    if request.query_params:
        raise LookupError("no such item")
    return JSONResponse({"items": []})


def starlette(**options: Any) -> Starlette:
    return Starlette(routes=[Route("/items", items)], **options)


def fastapi(**options: Any) -> FastAPI:
    app = FastAPI(**options)
    app.add_route("/items", items)
    return app


MAKES: list[Callable[..., Any]] = [starlette, fastapi]


def asked(handler: CORSHandler, path: str = "/items", **options: Any) -> tuple[int, str, dict[str, str]]:
    result = handler(event("rest", path=path, **options), None)
    return result["statusCode"], result["body"], dict(header_lines(result))


@pytest.mark.parametrize("make", MAKES)
class TestEitherFramework:
    def test_an_unchanged_app_keeps_the_very_stack_that_was_started(self, make: Any, serve: Serve) -> None:
        app = make()
        app.add_middleware(Seen)
        handler = serve(app)
        for _ in range(2):
            assert asked(handler)[0] == 200
        handler.close()
        assert [seen.kinds for seen in Seen.made] == [["lifespan", "http", "http"]]

    def test_an_exception_handler(self, make: Any, serve: Serve) -> None:
        app = make()
        handler = serve(app)

        async def missing(request: Request, error: Exception) -> PlainTextResponse:
            return PlainTextResponse(str(error), 404)

        app.add_exception_handler(LookupError, missing)
        assert asked(handler, query=[("id", "1")])[:2] == (404, "no such item")

    def test_an_exception_handler_that_replaces_another(self, make: Any, serve: Serve) -> None:
        async def first(request: Request, error: Exception) -> PlainTextResponse:
            return PlainTextResponse("first", 404)

        async def second(request: Request, error: Exception) -> PlainTextResponse:
            return PlainTextResponse("second", 404)

        app = make(exception_handlers={LookupError: first})
        handler = serve(app)
        app.add_exception_handler(LookupError, second)
        assert asked(handler, query=[("id", "1")])[:2] == (404, "second")

    def test_middleware(self, make: Any, serve: Serve) -> None:
        app = make()
        handler = serve(app)
        app.add_middleware(Seen, mark=b"late")

        async def dispatch(request: Any, call_next: Any) -> Any:
            response = await call_next(request)
            response.headers["x-more"] = "yes"
            return response

        app.add_middleware(BaseHTTPMiddleware, dispatch=dispatch)
        for _ in range(2):
            status, _, headers = asked(handler)
            assert (status, headers["x-mark"], headers["x-more"]) == (200, "late", "yes")
        assert [seen.kinds for seen in Seen.made] == [["http", "http"]]

    def test_a_route_a_mount_and_a_mounted_apps_own(self, make: Any, serve: Serve) -> None:
        sub = make()
        app = make()
        app.mount("/sub", sub)
        handler = serve(app)
        app.add_route("/late", items)
        app.mount("/other", make())
        sub.add_middleware(Seen, mark=b"below")
        assert asked(handler, "/late")[0] == asked(handler, "/other/items")[0] == 200
        assert asked(handler, "/sub/items")[2]["x-mark"] == "below"

    def test_instrumentation_that_patches_the_building(self, make: Any, serve: Serve) -> None:
        app = make()
        handler = serve(app)
        building = app.build_middleware_stack

        def instrumented(self: Any) -> Any:
            return Seen(building(), b"traced")

        app.build_middleware_stack = types.MethodType(instrumented, app)
        assert asked(handler)[2]["x-mark"] == "traced"

    def test_debug(self, make: Any, serve: Serve) -> None:
        app = make()
        handler = serve(app)
        app.debug = True
        assert "no such item" in asked(handler, query=[("id", "1")])[1]

    def test_another_lifespan_is_an_error_on_every_event(
        self, make: Any, serve: Serve, caplog: pytest.LogCaptureFixture
    ) -> None:
        app = make()
        handler = serve(app)

        @asynccontextmanager
        async def pool(app: Any) -> AsyncIterator[None]:
            yield

        app.router.lifespan_context = pool
        for count in (1, 2):
            status, body, headers = asked(handler)
            assert (status, body) == (500, "Internal Server Error")
            assert headers["access-control-allow-origin"]
            assert len(told(caplog)) == count
        error = told(caplog)[0].exc_info
        assert error
        assert "pool" in str(error[1])
        assert f"{__file__}:" in str(error[1])
        assert "move the line handler = CORSHandler(app) below it" in str(error[1])

        async def job() -> None:
            """Needs what was not started."""

        with pytest.raises(LifespanError, match="pool"):
            handler.run(job())

    def test_without_a_lifespan_nothing_is_late(self, make: Any, serve: Serve) -> None:
        app = make()
        handler = serve(app, lifespan="off")

        @asynccontextmanager
        async def pool(app: Any) -> AsyncIterator[None]:
            yield

        app.router.lifespan_context = pool
        app.add_middleware(Seen)
        status, _, headers = asked(handler)
        assert (status, headers["x-mark"]) == (200, "seen")

    def test_what_comes_after_the_first_event_is_refused_by_the_framework(self, make: Any, serve: Serve) -> None:
        app = make()
        handler = serve(app)
        assert asked(handler)[0] == 200
        with pytest.raises(RuntimeError, match="after an application has started"):
            app.add_middleware(Seen)

    def test_another_client_may_come_in_between(self, make: Any, serve: Serve) -> None:
        app = make()
        handler = serve(app)
        app.add_middleware(Seen)
        buffer = Buffer()
        scope = {"type": "http", "method": "GET", "path": "/items", "query_string": b"", "headers": []}
        asyncio.run(Cycle(b"", buffer).run(app, scope))
        assert (b"x-mark", b"seen") in buffer.headers
        assert asked(handler)[2]["x-mark"] == "seen"

    def test_a_handler_that_is_closed_before_its_first_event(self, make: Any, serve: Serve) -> None:
        app = make()
        app.add_middleware(Seen)
        handler = serve(app)
        handler.close()
        assert asked(handler)[2]["x-mark"] == "seen"

    def test_an_app_inside_of_other_middleware_is_not_touched(self, make: Any, serve: Serve) -> None:
        app = make()
        handler = serve(Seen(app))
        stack = app.middleware_stack
        assert stack is not None
        assert asked(handler)[0] == 200
        assert app.middleware_stack is stack


class TestFastAPI:
    @pytest.mark.parametrize("own", [False, True])
    def test_routers_without_a_start_up_may_come_late(self, own: bool, serve: Serve) -> None:
        log: list[str] = []

        @asynccontextmanager
        async def lifespan(app: Any) -> AsyncIterator[None]:
            log.append("up")
            yield

        early = APIRouter()
        app = FastAPI(lifespan=lifespan) if own else FastAPI()
        app.include_router(early)
        handler = serve(app)
        router, inner = APIRouter(prefix="/late"), APIRouter()

        @inner.get("/items")
        async def late() -> str:
            return "late"

        router.include_router(inner)
        app.include_router(router)
        app.include_router(APIRouter())
        assert asked(handler, "/late/items")[:2] == (200, '"late"')
        assert log == ["up"] * own

    @pytest.mark.parametrize("how", ["asynccontextmanager", "generator", "async generator", "function"])
    def test_a_router_with_a_lifespan_of_its_own_is_late(
        self, how: str, serve: Serve, caplog: pytest.LogCaptureFixture
    ) -> None:
        async def agenerator(app: Any) -> AsyncIterator[None]:
            yield

        def generator(app: Any) -> Iterator[None]:
            yield

        def startup() -> None:
            """Never runs."""

        lifespans = {
            "asynccontextmanager": asynccontextmanager(agenerator),
            "async generator": agenerator,
            "generator": generator,
            "function": None,
        }
        app = FastAPI()
        handler = serve(app)
        router = APIRouter(
            lifespan=lifespans[how],  # type: ignore[arg-type]  # old forms, too
            on_startup=[startup] if how == "function" else None,
        )
        app.include_router(router)
        assert asked(handler)[0] == 500
        [record] = told(caplog)
        assert record.exc_info
        assert ("startup" if how == "function" else "generator") in str(record.exc_info[1])

    def test_a_start_up_function(self, serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
        log: list[str] = []
        app = FastAPI(on_startup=[lambda: log.append("early")])

        handler = serve(app)
        app.router.on_startup.append(lambda: None)
        assert asked(handler)[0] == 500
        [record] = told(caplog)
        assert record.exc_info
        assert "<lambda>" in str(record.exc_info[1])
        assert log == ["early"]

    def test_a_shutdown_function_runs(self, serve: Serve) -> None:
        log: list[str] = []
        app = fastapi()
        handler = serve(app)
        app.router.on_shutdown.append(lambda: log.append("down"))
        assert asked(handler)[0] == 200
        handler.close()
        assert log == ["down"]

    def test_middleware_by_decorator(self, serve: Serve) -> None:
        app = fastapi()
        handler = serve(app)

        @app.middleware("http")
        async def mark(request: Any, call_next: Any) -> Any:
            response = await call_next(request)
            response.headers["x-mark"] = "late"
            return response

        assert asked(handler)[2]["x-mark"] == "late"

    def test_dependency_overrides(self, serve: Serve) -> None:
        from fastapi import Depends

        def user() -> str:
            return "nobody"

        app = FastAPI()

        @app.get("/items")
        def whose(who: str = Depends(user)) -> str:
            return who

        handler = serve(app)
        app.dependency_overrides[user] = lambda: "somebody"
        assert asked(handler)[1] == '"somebody"'


def test_start_up_functions_that_the_framework_never_runs_are_not_late(serve: Serve) -> None:
    log: list[str] = []

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[None]:
        yield

    app = fastapi(lifespan=lifespan)
    handler = serve(app)
    # Beside a lifespan, they are ignored under uvicorn, too.
    app.router.on_startup.append(lambda: log.append("up"))
    assert asked(handler)[0] == 200
    assert not log


def test_another_kind_of_app_is_left_alone(serve: Serve) -> None:
    class App:
        middleware_stack = "mine"

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await answering()(scope, receive, send)

    app = App()
    assert asked(serve(app, lifespan="off"))[0] == 200
    assert vars(app) == {}


def test_a_start_up_function_of_starlette_where_it_has_them(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    app = starlette()
    if not hasattr(app, "add_event_handler"):
        # From 1.0 on there are none.
        return

    def late() -> None:
        """Never runs."""

    handler = serve(app)
    app.add_event_handler("startup", late)
    assert asked(handler)[0] == 500
    [record] = told(caplog)
    assert record.exc_info
    assert "late" in str(record.exc_info[1])


def test_a_lifespan_that_is_a_class(serve: Serve) -> None:
    class Own:
        """A lifespan that is an object."""

        def __init__(self, app: Any) -> None:
            self.app = app

        async def __aenter__(self) -> None:
            """Nothing."""

        async def __aexit__(self, *exception: object) -> None:
            """Nothing."""

    app = fastapi(lifespan=Own)
    handler = serve(app)
    app.include_router(APIRouter())
    assert asked(handler)[0] == 200
