"""A Litestar application: DTOs, files, sessions, redirects, streams, compression, its own OpenAPI pages."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from litestar import Litestar, Request, delete, get, post, put
from litestar.config.compression import CompressionConfig
from litestar.datastructures import Cookie, UploadFile
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotAuthorizedException
from litestar.middleware.session.client_side import CookieBackendConfig
from litestar.openapi.config import OpenAPIConfig
from litestar.params import Body
from litestar.response import File, Redirect, Response, Stream
from litestar.static_files import create_static_files_router

DATA = Path(os.environ["APPS_DATA"])
MODIFIED = 1_700_000_000
(DATA / "static").mkdir(parents=True, exist_ok=True)
for name, content in (("logo.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256))), ("app.js", b"x" * 3000)):
    (DATA / "static" / name).write_bytes(content)
    os.utime(DATA / "static" / name, (MODIFIED, MODIFIED))


@dataclass
class Item:
    """What /items takes."""

    name: str
    price: float


@get("/")
async def root(request: Request[Any, Any, Any]) -> dict[str, str]:
    """What the application sees of itself."""
    return {"url": str(request.url), "base": str(request.base_url)}


@get("/items", name="items", sync_to_thread=True)
def items(tag: list[str]) -> list[str]:
    """Repeated query keys, in a def route."""
    return tag


@post("/items")
async def create(data: Item) -> Item:
    """A body that is validated."""
    return data


@get("/items/{key:str}")
async def item(key: str) -> dict[str, str]:
    """A path parameter."""
    return {"key": key}


@delete("/items/{key:str}")
async def remove(key: str) -> None:
    """Nothing."""


@post("/upload")
async def upload(data: Annotated[UploadFile, Body(media_type=RequestEncodingType.MULTI_PART)]) -> dict[str, str]:
    """A file of a multipart form."""
    return {"name": data.filename, "bytes": (await data.read()).hex()}


@post("/form")
async def form(
    data: Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> dict[str, str]:
    """A form."""
    return data


@put("/raw")
async def raw(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Bytes both ways."""
    return Response(await request.body(), media_type="application/octet-stream")


@get("/report")
async def report() -> File:
    """A download."""
    return File(DATA / "static" / "logo.png", filename="übersicht.png")


@get("/stream")
async def stream() -> Stream:
    """Chunks."""

    async def chunks() -> AsyncIterator[str]:
        for number in range(5):
            yield f"chunk {number}\n"

    return Stream(chunks())


@get("/big")
async def big() -> list[str]:
    """More than the compression's minimum."""
    return ["größer als tausend Bytes"] * 100


@post("/login")
async def login(request: Request[Any, Any, Any]) -> Redirect:
    """A session, two cookies and a redirect."""
    request.set_session({"name": "Ada"})
    return Redirect(request.app.route_reverse("me"), cookies=[Cookie("a", value="1"), Cookie("b", value="2")])


@get("/me", name="me")
async def me(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """Who logged in."""
    if "name" not in request.session:
        raise NotAuthorizedException("log in first")
    return {"name": request.session["name"], "cookies": sorted(request.cookies)}


@get("/crash")
async def crash() -> None:
    """An error that nobody catches."""
    raise RuntimeError("crashed")


app = Litestar(
    [
        root, items, create, item, remove, upload, form, raw, report, stream, big, login, me, crash,
        create_static_files_router(path="/static", directories=[DATA / "static"]),
    ],
    middleware=[CookieBackendConfig(secret=b"not a secret 123").middleware],
    compression_config=CompressionConfig(backend="gzip", minimum_size=500),
    openapi_config=OpenAPIConfig("Items", "1.0.0"),
)  # fmt: skip
