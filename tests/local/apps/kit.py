"""An app on the kit, as a user writes it."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from lambda_cors_kit import CORSHandler


async def items(request: Request) -> Response:
    return JSONResponse(
        {"method": request.method, "path": request.url.path, "body": (await request.body()).decode()}
    )


async def crash(request: Request) -> Response:
    raise RuntimeError("the app crashed")


app = Starlette(routes=[Route("/items", items, methods=["GET", "PUT"]), Route("/crash", crash)])
handler = CORSHandler(app)
