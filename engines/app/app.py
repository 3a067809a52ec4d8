"""The app under test: it tells what reached it, and fails in every way an app can."""

from __future__ import annotations

import os

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from lambda_cors_kit import CORSHandler

METHODS = ["GET", "POST", "PUT", "PATCH", "patch", "DELETE", "OPTIONS", "PURGE"]

# Two that a policy may expose, one that no policy names, and all that every script may read.
HEADERS = {
    "X-Total": "2",
    "X-Request-Id": "r-1",
    "X-Internal": "never listed",
    "Cache-Control": "no-store",
    "Content-Language": "en",
    "Expires": "0",
    "Last-Modified": "Thu, 01 Jan 1970 00:00:00 GMT",
    "Pragma": "no-cache",
}


async def echo(request: Request) -> Response:
    """Answer with the parts of the request that CORS is about."""
    sent = {
        name: request.headers.get(name) for name in ("authorization", "content-type", "cookie", "x-trace")
    }
    body = (await request.body()).decode(errors="replace")
    return JSONResponse({"method": request.method, "body": body, **sent}, headers=HEADERS)


async def redirect(request: Request) -> Response:
    """Redirect to `?to=`."""
    return RedirectResponse(request.query_params["to"], int(request.query_params.get("status", "307")))


async def crash(_: Request) -> Response:
    """Fail as code does."""
    raise RuntimeError("the app crashed")


async def leave(_: Request) -> Response:
    """Take the process along, so that the gateway has to answer."""
    os._exit(1)


app = Starlette(
    routes=[
        Route("/echo", echo, methods=METHODS),
        Route("/redirect", redirect, methods=METHODS),
        Route("/crash", crash),
        Route("/exit", leave),
    ]
)
handler = CORSHandler(app)
