"""BrowserClient over ASGI applications: what a test reads, what it is told, and how the application is run."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import pickle
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware as StarletteCORS
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from lambda_cors_kit import CORSMiddleware, CORSPolicy
from lambda_cors_kit.browser import Reason, Step
from lambda_cors_kit.testing import BrowserClient, CORSError, Headers

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


@pytest.fixture(scope="module")
def page() -> Iterator[BrowserClient]:
    with BrowserClient(CORSMiddleware(Starlette(routes=ROUTES), POLICY), PAGE) as client:
        yield client


@pytest.fixture(autouse=True)
def fresh(page: BrowserClient) -> None:
    page.preflight_cache.clear()
    page.cookies.clear()


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


def test_only_exposed_headers_are_there(page: BrowserClient) -> None:
    headers = page.fetch("/items").headers
    assert headers["X-Total"] == "7"
    assert set(headers) == {"content-length", "content-type", "x-total"}
    assert "X-Hidden" not in headers
    assert headers.get("set-cookie") is None


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


def test_cookies_need_credentials(page: BrowserClient) -> None:
    assert page.fetch("/login").ok
    assert page.cookies.get("session") is None
    assert page.fetch("/login", credentials="include").ok
    assert page.cookies.get("session") == "abc"
    assert page.fetch("/me", credentials="include").json()["headers"]["cookie"] == "session=abc"
    assert "cookie" not in page.fetch("/me").json()["headers"]


def test_a_cookie_may_be_given(page: BrowserClient) -> None:
    page.cookies.set("theme", "dark")
    assert page.fetch("/me", credentials="include").json()["headers"]["cookie"] == "theme=dark"


def test_an_error_of_the_application_is_read_with_the_kit(page: BrowserClient) -> None:
    response = page.fetch("/crash")
    assert (response.status, response.ok) == (500, False)
    assert isinstance(page.app_exception, LookupError)
    assert page.fetch("/").ok
    assert page.app_exception is None


def test_without_headers_the_error_is_a_cors_error_with_its_cause() -> None:
    with BrowserClient(Starlette(routes=ROUTES), PAGE) as client, pytest.raises(CORSError) as caught:
        client.fetch("/crash")
    assert caught.value.reason is Reason.ALLOW_ORIGIN_MISSING
    assert isinstance(caught.value.__cause__, LookupError)


def test_a_refused_origin() -> None:
    with (
        BrowserClient(CORSMiddleware(Starlette(routes=ROUTES), POLICY), "https://evil.example") as client,
        pytest.raises(CORSError) as caught,
    ):
        client.fetch("/items", "DELETE")
    error = caught.value
    assert (error.reason, error.step) == (Reason.ALLOW_ORIGIN_MISSING, Step.PREFLIGHT)
    assert error.header == "Access-Control-Allow-Origin"
    assert error.preflight is not None
    assert error.preflight.status == 403
    assert "https://evil.example" in error.remedy


def test_the_error_tells_the_whole_story() -> None:
    app = StarletteCORS(Starlette(routes=ROUTES), allow_origins=[PAGE], allow_methods=["GET"])
    with BrowserClient(app, PAGE) as client, pytest.raises(CORSError) as caught:
        client.fetch("/items", "PUT")
    text = str(caught.value)
    assert "PUT https://api.example.com/items, asked by a page on https://app.example.com" in text
    assert "(preflight.status)" in text
    assert "List PUT in Access-Control-Allow-Methods (allow_methods)" in text
    assert "OPTIONS https://api.example.com/items" in text
    assert "-> 400" in text
    assert str(pickle.loads(pickle.dumps(caught.value))) == text


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


def test_no_cors_reads_nothing(page: BrowserClient) -> None:
    response = page.fetch("/items", mode="no-cors")
    assert (response.type, response.status, response.ok, response.text()) == ("opaque", 0, False, "")


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


# --- plain ASGI, and applications that misbehave


async def start(send: Any, status: int = 200) -> None:
    await send(
        {"type": "http.response.start", "status": status, "headers": [(b"access-control-allow-origin", b"*")]}
    )


async def plain(scope: Any, receive: Any, send: Any) -> None:
    await start(send)
    await send({"type": "http.response.body", "body": b"plain"})


async def silent(scope: Any, receive: Any, send: Any) -> None:
    return


async def half(scope: Any, receive: Any, send: Any) -> None:
    await start(send)
    await send({"type": "http.response.body", "body": b"ha", "more_body": True})


async def bodiless(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.body", "body": b"x"})


async def endless(scope: Any, receive: Any, send: Any) -> None:
    await start(send)
    while True:
        await send({"type": "http.response.body", "body": b".", "more_body": True})
        await asyncio.sleep(0.005)


async def times_out_itself(scope: Any, receive: Any, send: Any) -> None:
    raise TimeoutError("database")


async def waits_for_the_client(scope: Any, receive: Any, send: Any) -> None:
    assert (await receive())["type"] == "http.request"
    await start(send)
    await send({"type": "http.response.body", "body": b"done"})
    assert (await receive())["type"] == "http.disconnect"


class InstanceApp:
    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await plain(scope, receive, send)


@pytest.mark.parametrize(
    ("app", "text"), [(plain, "plain"), (InstanceApp(), "plain"), (waits_for_the_client, "done")]
)
def test_any_asgi_application(app: Any, text: str) -> None:
    with BrowserClient(app, lifespan="off") as client:
        assert client.fetch("/").text() == text


@pytest.mark.parametrize("app", [silent, bodiless, times_out_itself])
def test_no_response_is_what_a_server_makes_of_it(app: Any) -> None:
    with BrowserClient(app, lifespan="off") as client, pytest.raises(CORSError) as caught:
        client.fetch("/")
    assert caught.value.reason is Reason.ALLOW_ORIGIN_MISSING
    assert "500" in caught.value.message


def test_half_a_response_is_a_network_error() -> None:
    with BrowserClient(half, lifespan="off") as client, pytest.raises(CORSError, match="in the middle"):
        client.fetch("/")


def test_an_endless_response_ends() -> None:
    with (
        BrowserClient(endless, lifespan="off", timeout=0.05) as client,
        pytest.raises(CORSError, match=r"within 0\.05 s") as caught,
    ):
        client.fetch("/")
    assert caught.value.reason is Reason.NETWORK


@pytest.mark.parametrize(
    "app",
    [Starlette, "app:app", None, 7, lambda: None, lambda scope: None, {"app": 1}],
    ids=lambda app: repr(app)[:9],
)
def test_what_is_neither_asgi_nor_a_handler(app: Any) -> None:
    with pytest.raises(TypeError, match=r"ASGI application .* or a Lambda handler"):
        BrowserClient(app)


# --- lifespan


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


def test_the_lifespan_runs_once_and_its_state_arrives() -> None:
    events: list[str] = []
    with BrowserClient(allowed(living(events))) as client:
        assert events == ["up"]
        assert [client.fetch("/").json() for _ in range(2)] == [7, 7]
        assert events == ["up"]
    assert events == ["up", "down"]


def test_without_a_context_manager_it_starts_at_the_first_fetch() -> None:
    events: list[str] = []
    client = BrowserClient(allowed(living(events)))
    assert events == []
    assert client.fetch("/").json() == 7
    client.close()
    client.close()
    assert events == ["up", "down"]
    assert client.fetch("/").json() == 7
    client.close()
    assert events == ["up", "down"] * 2


@pytest.mark.parametrize("inside_a_loop", [False, True])
def test_a_forgotten_client_ends_its_lifespan(inside_a_loop: bool) -> None:
    events: list[str] = []
    clients = [BrowserClient(allowed(living(events)))]
    clients[0].fetch("/")

    async def forget() -> None:
        clients.clear()
        gc.collect()

    if inside_a_loop:
        asyncio.run(forget())
    else:
        clients.clear()
        gc.collect()
    assert events == ["up", "down"]


def test_lifespan_off_leaves_it_out() -> None:
    events: list[str] = []
    with BrowserClient(allowed(living(events)), lifespan="off") as client:
        assert client.fetch("/").status == 500
    assert events == []


def test_a_failed_start_is_told_with_its_reason() -> None:
    with pytest.raises(RuntimeError, match=r"at start-up: .*no database"), BrowserClient(living([], fail_up=True)):
        pytest.fail("the client must not open")
    with pytest.raises(RuntimeError, match=r"at start-up: .*no database"):
        BrowserClient(living([], fail_up=True)).fetch("/")


def test_a_failed_shutdown_is_told_too() -> None:
    client = BrowserClient(allowed(living([], fail_down=True)))
    client.fetch("/")
    with pytest.raises(RuntimeError, match=r"at shutdown: .*pool is stuck"):
        client.close()


async def refuses_lifespan(scope: Any, receive: Any, send: Any) -> None:
    assert scope["type"] == "http"
    await plain(scope, receive, send)


def test_an_application_without_lifespan() -> None:
    with BrowserClient(refuses_lifespan) as client:
        assert client.fetch("/").text() == "plain"
    with pytest.raises(RuntimeError, match="at start-up"):
        BrowserClient(refuses_lifespan, lifespan="on").fetch("/")
    wrong: dict[str, Any] = {"lifespan": "yes"}
    with pytest.raises(TypeError, match='write "auto"'):
        BrowserClient(plain, **wrong)


# --- asynchronous tests


def test_fetch_async_runs_in_the_callers_loop() -> None:
    events: list[str] = []
    loops: list[object] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        loops.append(asyncio.get_running_loop())
        await allowed(living(events))(scope, receive, send)

    async def scenario() -> None:
        async with BrowserClient(app) as client:
            first, second = await asyncio.gather(client.fetch_async("/"), client.fetch_async("/", "GET"))
            assert first.json() == second.json() == 7
            with pytest.raises(CORSError):
                await client.fetch_async("https://elsewhere.example/")
            with pytest.raises(RuntimeError, match="fetch_async"):
                client.fetch("/")
        assert set(loops) == {asyncio.get_running_loop()}

    asyncio.run(scenario())
    assert events == ["up", "down"]


def test_one_client_is_for_one_kind_of_test() -> None:
    with BrowserClient(plain) as client, pytest.raises(RuntimeError, match="make another"):
        asyncio.run(client.fetch_async("/"))

    async def use() -> BrowserClient:
        client = BrowserClient(allowed(living([])))
        await client.fetch_async("/")
        with pytest.raises(RuntimeError, match="make another"):
            await asyncio.to_thread(client.fetch, "/")
        return client

    async def close(client: BrowserClient) -> None:
        await client.aclose()

    async def scenario() -> None:
        await close(await use())

    asyncio.run(scenario())


# --- headers


def test_headers_are_a_mapping_without_case() -> None:
    headers = Headers([("X-A", "1"), ("x-a", "2"), ("ETag", "e")])
    assert dict(headers) == {"x-a": "1, 2", "etag": "e"}
    assert headers["X-a"] == headers.get("x-A") == "1, 2"
    assert "ETAG" in headers
    not_a_name: Any = 7
    assert not_a_name not in headers
    assert len(headers) == 2
    assert headers == {"x-a": "1, 2", "etag": "e"}
    assert repr(Headers()) == "Headers({})"
    with pytest.raises(KeyError):
        headers["x-b"]
