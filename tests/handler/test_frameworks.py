"""What web frameworks make of the scope: a URL that they write, followed, is answered at every address."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from lambda_cors_kit import CORSHandler
from tests.handler.addresses import ADDRESSES, Address
from tests.handler.conftest import Serve
from tests.handler.samples import header_lines

pytestmark = pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES)


def application(folder: Path, **options: Any) -> FastAPI:
    app = FastAPI(**options)

    @app.get("/items/")
    async def items() -> dict[str, bool]:
        return {"items": True}

    @app.get("/items/{name:path}")
    async def item(name: str) -> dict[str, str]:
        return {"item": name}

    @app.get("/")
    async def root() -> dict[str, bool]:
        return {"root": True}

    @app.get("/moved")
    async def moved(request: Request) -> RedirectResponse:
        return RedirectResponse(request.url_for("item", name="a b"))

    @app.get("/where")
    async def where(request: Request) -> dict[str, str]:
        return {"url": str(request.url), "base": str(request.base_url), "items": str(request.url_for("items"))}

    def below(request: Any) -> PlainTextResponse:
        return PlainTextResponse(str(request.url_for("below")))

    app.mount("/sub", Starlette(routes=[Route("/below", below, name="below"), Route("/", below)]))
    other = FastAPI()
    other.get("/things/")(lambda: {"things": True})
    app.mount("/other", other)
    (folder / "a.txt").write_text("static")
    app.mount("/static", StaticFiles(directory=folder, html=True), name="static")
    (folder / "inner").mkdir(exist_ok=True)
    (folder / "inner/index.html").write_text("<p>inner")
    return app


@pytest.fixture
def handler(serve: Serve, tmp_path: Path) -> CORSHandler:
    return serve(application(tmp_path))


def get(handler: CORSHandler, address: Address, url: str) -> tuple[int, str, dict[str, str]]:
    result = handler(address.event(url), None)
    body = base64.b64decode(result["body"]).decode() if result["isBase64Encoded"] else result["body"]
    return result["statusCode"], body, dict(header_lines(result))


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/items", '{"items":true}'),
        ("/items?a=1", '{"items":true}'),
        ("/moved", '{"item":"a b"}'),
        ("/other/things", '{"things":true}'),
        ("/static/inner", "<p>inner"),
    ],
)
def test_a_redirect_is_followed(handler: CORSHandler, address: Address, path: str, answer: str) -> None:
    status, _, headers = get(handler, address, path)
    assert status == 307
    status, body, _ = get(handler, address, headers["location"])
    assert (status, body) == (200, answer)


def test_urls_are_those_of_the_address(handler: CORSHandler, address: Address) -> None:
    api = f"https://api.example.com{address.base}"
    status, body, _ = get(handler, address, "/where")
    assert status == 200
    assert json.loads(body) == {"url": f"{api}/where", "base": f"{api}/", "items": f"{api}/items/"}
    status, body, _ = get(handler, address, "/sub/below")
    assert (status, body) == (200, f"{api}/sub/below")


@pytest.mark.parametrize("path", ["/", "", "/static/a.txt", "/sub/", "/items/a%20b", "/items/a%2525"])
def test_an_ordinary_path_is_answered(handler: CORSHandler, address: Address, path: str) -> None:
    status, body, _ = get(handler, address, path)
    assert status == 200, body
    if path.startswith("/items"):
        assert json.loads(body) == {"item": {"/items/a%20b": "a b", "/items/a%2525": "a%25"}[path]}


def test_the_pages_of_documentation_find_their_schema(handler: CORSHandler, address: Address) -> None:
    for page in ("/docs", "/redoc"):
        status, body, _ = get(handler, address, page)
        assert status == 200
        assert f"{address.base}/openapi.json" in body
    status, body, _ = get(handler, address, f"https://api.example.com{address.base}/openapi.json")
    assert status == 200
    servers = json.loads(body).get("servers")
    assert servers == ([{"url": address.base}] if address.base else None)


def test_an_app_that_knows_its_base_gets_it_once(serve: Serve, tmp_path: Path, address: Address) -> None:
    handler = serve(application(tmp_path, root_path=address.base))
    status, _, headers = get(handler, address, "/items")
    assert (status, headers["location"]) == (307, f"https://api.example.com{address.base}/items/")
    assert get(handler, address, headers["location"])[:2] == (200, '{"items":true}')
    assert f"'{address.base}/openapi.json'" in get(handler, address, "/docs")[1]


def test_without_its_root_path_the_app_has_its_own_path_alone(serve: Serve, address: Address) -> None:
    seen: list[tuple[str, bytes, str]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append((scope["path"], scope["raw_path"], scope["root_path"]))
        await PlainTextResponse("")(scope, receive, send)

    handler = serve(app, lifespan="off", strip_root_path=True)
    for path in ("/a%20b", "/", ""):
        assert get(handler, address, path)[0] == 200
    assert seen == [("/a b", b"/a%20b", address.base), ("/", b"/", address.base), ("/", b"/", address.base)]


def test_a_mount_of_starlette(serve: Serve, address: Address) -> None:
    def where(request: Any) -> PlainTextResponse:
        return PlainTextResponse(f"{request.url_for('a:where')} {request.path_params['name']}")

    inner = [Route("/{name}", where, name="x"), Route("/", where, name="where")]
    handler = serve(Starlette(routes=[Mount("/a", routes=inner, name="a")]))
    status, body, _ = get(handler, address, "/a/%C3%A4")
    assert (status, body) == (200, f"https://api.example.com{address.base}/a/ ä")
