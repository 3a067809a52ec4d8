"""Applications: one that tells what it was asked, one with a lifespan, one that is plain ASGI; and a policy."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from lambda_cors_kit import CORSMiddleware, CORSPolicy

PAGE = "https://app.example.com"
POLICY = CORSPolicy(
    allow_origins=[PAGE, "https://*.preview.example.com"],
    allow_headers=["content-type", "authorization"],
    expose_headers=["x-total"],
    allow_credentials=True,
    max_age=600,
)


async def echo(request: Request) -> Response:
    body = await request.body()
    told = {
        "method": request.method,
        "path": request.url.path,
        "raw_path": request.scope["raw_path"].decode(),
        "query": dict(request.query_params),
        "headers": dict(request.headers),
        "body": body.decode(),
        "url": str(request.url),
    }
    return JSONResponse(told, headers={"X-Total": "7", "X-Hidden": "1"})


async def login(request: Request) -> Response:
    response = PlainTextResponse("welcome")
    response.set_cookie("session", "abc", secure=True, httponly=True, samesite="none")
    return response


async def crash(request: Request) -> Response:
    raise LookupError("no such item")


async def moved(request: Request) -> Response:
    return RedirectResponse(request.query_params["to"])


async def stream(request: Request) -> Response:
    async def chunks() -> AsyncIterator[bytes]:
        for part in (b"\xef\xbb\xbfa", b"b", "\u00e4".encode()):
            yield part
            await asyncio.sleep(0)

    return StreamingResponse(chunks())


METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
ROUTES = [
    Route("/login", login),
    Route("/crash", crash),
    Route("/moved", moved),
    Route("/stream", stream),
    Route("/{path:path}", echo, methods=METHODS),
]


async def start(send: Any, status: int = 200) -> None:
    await send(
        {"type": "http.response.start", "status": status, "headers": [(b"access-control-allow-origin", b"*")]}
    )


async def plain(scope: Any, receive: Any, send: Any) -> None:
    await start(send)
    await send({"type": "http.response.body", "body": b"plain"})


def living(events: list[str], *, fail_up: bool = False, fail_down: bool = False) -> Starlette:
    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, int]]:
        events.append("up")
        if fail_up:
            raise RuntimeError("no database")
        yield {"pool": 7}
        events.append("down")
        if fail_down:
            raise RuntimeError("pool is stuck")

    async def pool(request: Request) -> Response:
        return JSONResponse(request.state.pool)

    return Starlette(routes=[Route("/", pool)], lifespan=lifespan)


def allowed(app: Any) -> CORSMiddleware:
    return CORSMiddleware(app, POLICY)
