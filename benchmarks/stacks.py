"""The stacks that are measured: one small API with one policy, each as its documentation says.

A builder imports what it needs, so that a process holds one stack and no other.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, NamedTuple

from .cases import HEADERS, MAX_AGE, METHODS, ORIGIN

Handler = Callable[[Any, Any], dict[str, Any]]

ITEMS = {"items": [1, 2, 3]}
_STARLETTE_CORS: dict[str, Any] = {
    "allow_origins": [ORIGIN],
    "allow_methods": METHODS,
    "allow_headers": HEADERS,
    "allow_credentials": True,
    "max_age": MAX_AGE,
}


def _policy() -> Any:
    from lambda_cors_kit import CORSPolicy

    return CORSPolicy(
        [ORIGIN], allow_methods=METHODS, allow_headers=HEADERS, allow_credentials=True, max_age=MAX_AGE
    )


def _starlette(cors: bool = False, methods: tuple[str, ...] = ("GET",)) -> Any:
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    async def items(request: Any) -> JSONResponse:
        return JSONResponse(ITEMS)

    def things(request: Any) -> JSONResponse:
        return JSONResponse(ITEMS)

    middleware = []
    if cors:
        from starlette.middleware.cors import CORSMiddleware

        middleware.append(Middleware(CORSMiddleware, **_STARLETTE_CORS))
    routes = [Route("/items", items, methods=methods), Route("/things", things)]
    return Starlette(routes=routes, middleware=middleware)


def _fastapi(**cors: Any) -> Any:
    from fastapi import FastAPI

    app = FastAPI()
    if cors:
        from fastapi.middleware.cors import CORSMiddleware

        app.add_middleware(CORSMiddleware, **cors)

    @app.get("/items")
    async def items() -> dict[str, list[int]]:
        return ITEMS

    @app.get("/things")
    def things() -> dict[str, list[int]]:
        return ITEMS

    return app


def _mangum(app: Any, **options: Any) -> Handler:
    from mangum import Mangum

    handler: Handler = Mangum(app, **options)
    return handler


def floor() -> Handler:
    """A function on the event dict."""
    from .floor import handler

    return handler


def kit() -> Handler:
    """The kit, with the policy in the function."""
    from lambda_cors_kit import CORSHandler

    return CORSHandler(_starlette(), policy=_policy())


def kit_without_cors() -> Handler:
    """The kit with nothing to write: what is left is its adapter."""
    from lambda_cors_kit import CORSHandler

    os.environ["LAMBDA_CORS_KIT_POLICY"] = '{"policy":null,"version":1,"writer":"none"}'
    return CORSHandler(_starlette())


def kit_fastapi() -> Handler:
    """The kit around FastAPI."""
    from lambda_cors_kit import CORSHandler

    return CORSHandler(_fastapi(), policy=_policy())


def alone(app: Callable[[], Any]) -> Handler:
    """An app without any adapter."""
    from .alone import AppAlone

    return AppAlone(app())


def powertools() -> Handler:
    """Powertools' resolvers, one for each kind of event."""
    from aws_lambda_powertools.event_handler import (
        ALBResolver,
        APIGatewayHttpResolver,
        APIGatewayRestResolver,
        CORSConfig,
    )

    cors = CORSConfig(allow_origin=ORIGIN, allow_headers=HEADERS, max_age=MAX_AGE, allow_credentials=True)
    resolvers: dict[str, Any] = {
        "http": APIGatewayHttpResolver(cors=cors),
        "rest": APIGatewayRestResolver(cors=cors),
        "alb": ALBResolver(cors=cors),
    }

    def items() -> dict[str, list[int]]:
        return ITEMS

    for resolver in resolvers.values():
        for path in ("/items", "/things"):
            resolver.get(path)(items)
            # A preflight is answered for methods that a route has.
            resolver.put(path)(items)

    def handler(event: Any, context: Any) -> dict[str, Any]:
        kind = "http" if "version" in event else "rest" if "resource" in event else "alb"
        answer: dict[str, Any] = resolvers[kind].resolve(event, context)
        return answer

    return handler


def asgi_cors() -> Handler:
    """Starlette in asgi-cors, which leaves the answer to a preflight to the app (and breaks with `max_age`)."""
    from asgi_cors import asgi_cors

    app = asgi_cors(_starlette(methods=("GET", "OPTIONS")), hosts=[ORIGIN], headers=HEADERS, methods=METHODS)
    return _mangum(app)


def flask() -> Handler:
    """Flask with flask-cors, through apig-wsgi."""
    from apig_wsgi import make_lambda_handler
    from flask import Flask
    from flask_cors import CORS

    app = Flask(__name__)
    CORS(app, origins=[ORIGIN], methods=METHODS, allow_headers=HEADERS, supports_credentials=True, max_age=MAX_AGE)

    @app.get("/items")
    @app.get("/things")
    def items() -> dict[str, list[int]]:
        return ITEMS

    handler: Handler = make_lambda_handler(app)
    return handler


class Stack(NamedTuple):
    """A stack by name; `writes` says whether it answers CORS at all."""

    title: str
    build: Callable[[], Handler]
    writes: bool = True


ARTICLE = {"allow_origins": ["*"], "allow_methods": ["*"], "allow_headers": ["*"], "allow_credentials": True}
STACKS = {
    "floor": Stack("floor: hand-written, no framework", floor),
    "alone": Stack("the app alone: Starlette in a running loop, no adapter", lambda: alone(_starlette), False),
    "alone-fastapi": Stack("the app alone: FastAPI", lambda: alone(_fastapi), False),
    "kit": Stack("lambda-cors-kit, Starlette", kit),
    "kit-again": Stack("the same again (A/A control)", kit),
    "kit-without-cors": Stack("the kit without a policy", kit_without_cors, False),
    "starlette": Stack("Starlette + CORSMiddleware + Mangum", lambda: _mangum(_starlette(cors=True))),
    "starlette-off": Stack(
        'the same, Mangum lifespan="off"', lambda: _mangum(_starlette(cors=True), lifespan="off")
    ),
    "mangum-off": Stack(
        'Starlette without CORS + Mangum lifespan="off"', lambda: _mangum(_starlette(), lifespan="off"), False
    ),
    "asgi-cors": Stack("Starlette + asgi-cors + Mangum", asgi_cors),
    "kit-fastapi": Stack("lambda-cors-kit, FastAPI", kit_fastapi),
    "fastapi": Stack("FastAPI + CORSMiddleware (any origin) + Mangum", lambda: _mangum(_fastapi(**ARTICLE))),
    "powertools": Stack("Powertools resolver with CORSConfig", powertools),
    "flask": Stack("Flask + flask-cors + apig-wsgi", flask),
}
