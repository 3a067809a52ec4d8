"""BrowserClient over an ASGI application: what a page can say, and what it gets."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from starlette.applications import Starlette

from lambda_cors_kit import CORSMiddleware
from lambda_cors_kit.browser import Reason
from lambda_cors_kit.testing import BrowserClient, CORSError
from tests.testing.samples import PAGE, POLICY, ROUTES


def test_a_simple_get(page: BrowserClient) -> None:
    response = page.fetch("/items?page=2&q=a%20b")
    assert (response.status, response.ok, response.type) == (200, True, "cors")
    assert (response.url, response.redirected) == ("https://api.example.com/items?page=2&q=a%20b", False)
    assert response.preflight is None
    told = response.json()
    assert told["query"] == {"page": "2", "q": "a b"}
    assert told["headers"] == {"host": "api.example.com", "accept": "*/*", "origin": PAGE}


def test_a_put_with_json_is_preflighted_once(page: BrowserClient) -> None:
    response = page.fetch("/items/1", method="put", json={"name": "lamp"}, headers={"Authorization": "Bearer x"})
    assert response.preflight is not None
    assert response.preflight.status == 204
    assert response.preflight.request_headers["access-control-request-headers"] == "authorization,content-type"
    assert response.preflight.headers["Access-Control-Max-Age"] == "600"
    told = response.json()
    assert (told["method"], told["body"]) == ("PUT", '{"name": "lamp"}')
    assert told["headers"]["content-type"] == "application/json"
    assert told["headers"]["content-length"] == "16"
    assert page.fetch("/items/1", "PUT", json=[]).preflight is None


def test_paths_arrive_decoded_and_raw(page: BrowserClient) -> None:
    told = page.fetch("/caf\u00e9/a%2Fb c").json()
    assert (told["path"], told["raw_path"]) == ("/caf\u00e9/a/b c", "/caf%C3%A9/a%2Fb%20c")


def test_headers_may_be_pairs_and_forbidden_ones_vanish(page: BrowserClient) -> None:
    told = page.fetch("/", headers=[("Accept-Language", "de"), ("Cookie", "a=1"), ("Origin", "x")]).json()
    assert told["headers"]["accept-language"] == "de"
    assert told["headers"]["origin"] == PAGE
    assert "cookie" not in told["headers"]


def test_text_bytes_and_streams(page: BrowserClient) -> None:
    assert page.fetch("/", "POST", body="\u00e4").json()["headers"]["content-type"] == "text/plain;charset=UTF-8"
    assert page.fetch("/", "POST", body=b"raw").json()["body"] == "raw"
    assert page.fetch("/stream").text() == "ab\u00e4"
    assert page.fetch("/", "HEAD").body is None


def test_what_a_script_gets_wrong_is_a_type_error(page: BrowserClient) -> None:
    wrong: list[dict[str, Any]] = [{"credentials": "yes"}, {"credential": "include"}]
    with pytest.raises(TypeError, match="no script may send"):
        page.fetch("/", "TRACE")
    with pytest.raises(TypeError, match="body or json"):
        page.fetch("/", "POST", body="x", json={})
    with pytest.raises(TypeError, match="write one of"):
        page.fetch("/", **wrong[0])
    with pytest.raises(TypeError):
        page.fetch("/", **wrong[1])


def test_an_error_of_the_application_is_read_with_the_kit(page: BrowserClient) -> None:
    response = page.fetch("/crash")
    assert (response.status, response.ok) == (500, False)
    assert isinstance(page.app_exception, LookupError)
    assert page.fetch("/").ok
    assert page.app_exception is None


def test_a_redirect_is_followed_and_judged(page: BrowserClient) -> None:
    response = page.fetch("/moved?to=/items")
    assert (response.url, response.redirected) == ("https://api.example.com/items", True)
    assert page.fetch("/moved?to=/items", redirect="manual").type == "opaqueredirect"
    with pytest.raises(CORSError, match=r"\(redirect.mode\)"):
        page.fetch("/moved?to=/items", redirect="error")


def test_only_the_base_url_answers(page: BrowserClient) -> None:
    for url in ("https://login.example.com/", "/moved?to=https://login.example.com/", "http://localhost/"):
        with pytest.raises(CORSError, match="alone answers") as caught:
            page.fetch(url)
        assert caught.value.reason is Reason.NETWORK


def test_relative_urls_start_at_the_base_url() -> None:
    app = CORSMiddleware(Starlette(routes=ROUTES), POLICY)
    with BrowserClient(app, PAGE, base_url="http://127.0.0.1:8000/v1/") as client:
        assert client.fetch("items").json()["url"] == "http://127.0.0.1:8000/v1/items"
        assert client.fetch("/items").json()["headers"]["host"] == "127.0.0.1:8000"


def test_a_page_of_the_api_itself_reads_everything() -> None:
    with BrowserClient(Starlette(routes=ROUTES), "https://api.example.com") as client:
        response = client.fetch("/items", "DELETE")
    assert response.type == "basic"
    assert response.headers["x-hidden"] == "1"


def test_the_preflight_cache_honours_max_age() -> None:
    now = [0.0]
    app = CORSMiddleware(Starlette(routes=ROUTES), POLICY)
    with BrowserClient(app, PAGE, clock=lambda: now[0]) as client:
        sent = []
        for now[0] in (0.0, 599.0, 600.0):
            sent.append(client.fetch("/items", "PUT").preflight is not None)
    assert sent == [True, False, True]


def test_a_wildcard_origin_is_judged_label_by_label() -> None:
    app = CORSMiddleware(Starlette(routes=ROUTES), POLICY)
    assert BrowserClient(app, "https://pr-1.preview.example.com").fetch("/").ok
    with pytest.raises(CORSError):
        BrowserClient(app, "https://preview.example.com").fetch("/")


@pytest.mark.parametrize("origin", ["https://app.example.com/", "app.example.com", "*"])
def test_the_pages_origin_must_be_one(origin: str) -> None:
    with pytest.raises(ValueError, match="write 'https://app"):
        BrowserClient(Starlette(), origin)


def test_fastapi_with_def_routes() -> None:
    app = FastAPI()

    @app.get("/items/{item}")
    def read(item: int) -> dict[str, int]:
        return {"item": item}

    with BrowserClient(CORSMiddleware(app, POLICY), PAGE) as client:
        assert client.fetch("/items/3").json() == {"item": 3}
        assert client.fetch("/items/x").status == 422
