"""An application that tells what it was asked, and the policy around it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from lambda_cors_kit import CORSPolicy

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
