"""BrowserClient over Lambda handlers, behind an HTTP API with payload format 2.0."""

from __future__ import annotations

import asyncio
import base64
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from mangum import Mangum
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from lambda_cors_kit import CORSHandler, CORSMiddleware, CORSPolicy
from lambda_cors_kit.testing import BrowserClient, CORSError

PAGE = "https://app.example.com"
POLICY = CORSPolicy(allow_origins=[PAGE], allow_credentials=True)
ALLOWED = {"Access-Control-Allow-Origin": "*"}


async def echo(request: Request) -> Response:
    if request.url.path == "/crash":
        raise LookupError("no such item")
    response = JSONResponse(
        {
            "url": str(request.url),
            "query": request.query_params.multi_items(),
            "cookies": request.cookies,
            "body": (await request.body()).hex(),
        }
    )
    response.set_cookie("session", "abc", secure=True)
    response.set_cookie("theme", "dark", secure=True)
    return response


APP = Starlette(routes=[Route("/{path:path}", echo, methods=["GET", "POST", "PUT"])])


@pytest.fixture(params=["CORSHandler", "Mangum"])
def page(request: pytest.FixtureRequest) -> Iterator[BrowserClient]:
    if request.param == "Mangum":
        yield BrowserClient(Mangum(CORSMiddleware(APP, POLICY)), PAGE)
        return
    handler = CORSHandler(APP, policy=POLICY)
    yield BrowserClient(handler, PAGE)
    handler.close()


def test_a_request_reaches_the_application_and_comes_back(page: BrowserClient) -> None:
    response = page.fetch("/caf\u00e9?a=1&a=2&b=", "PUT", json={"x": 1})
    assert response.preflight is not None
    assert response.preflight.status == 204
    told = response.json()
    assert told["url"].startswith("https://api.example.com/caf")
    assert told["query"] == [["a", "1"], ["a", "2"], ["b", ""]]
    assert bytes.fromhex(told["body"]) == b'{"x": 1}'


def test_a_binary_body_arrives_whole(page: BrowserClient) -> None:
    body = bytes(range(256))
    assert bytes.fromhex(page.fetch("/", "POST", body=body).json()["body"]) == body
    headers = {"Content-Type": "text/plain"}
    assert bytes.fromhex(page.fetch("/", "POST", headers, body=body).json()["body"]) == body


def test_cookies_in_both_directions(page: BrowserClient) -> None:
    page.fetch("/", credentials="include")
    assert (page.cookies.get("session"), page.cookies.get("theme")) == ("abc", "dark")
    assert page.fetch("/", credentials="include").json()["cookies"] == {"session": "abc", "theme": "dark"}


def test_a_crash_is_read(page: BrowserClient) -> None:
    assert page.fetch("/crash").status == 500


def test_asynchronous_tests_may_use_handlers(page: BrowserClient) -> None:
    async def scenario() -> list[int]:
        async with page as client:
            return [response.status for response in await asyncio.gather(*map(client.fetch_async, ("/a", "/b")))]

    assert asyncio.run(scenario()) == [200, 200]


def recording(result: Any) -> tuple[Callable[[dict[str, Any], Any], Any], list[dict[str, Any]]]:
    events: list[dict[str, Any]] = []

    def handler(event: dict[str, Any], context: Any) -> Any:
        assert context.get_remaining_time_in_millis() > 0
        assert context.aws_request_id
        events.append(event)
        return result

    return handler, events


def test_the_event_is_of_payload_format_2() -> None:
    handler, events = recording({"statusCode": 204, "headers": ALLOWED})
    client = BrowserClient(handler, PAGE, base_url="http://127.0.0.1:8000")
    client.fetch("/a%20b?x=1&x=2&y=", "POST", [("Accept", "a"), ("Accept", "b")], body="t")
    (event,) = events
    assert (event["version"], event["rawPath"], event["rawQueryString"]) == ("2.0", "/a b", "x=1&x=2&y=")
    assert event["queryStringParameters"] == {"x": "1,2", "y": ""}
    assert event["requestContext"]["http"]["method"] == "POST"
    assert event["requestContext"]["stage"] == "$default"
    assert abs(event["requestContext"]["timeEpoch"] - time.time() * 1000) < 60_000
    assert event["headers"]["accept"] == "a,b"
    assert event["headers"]["host"] == "127.0.0.1:8000"
    assert event["headers"]["x-forwarded-proto"] == "http"
    assert event["headers"]["x-forwarded-port"] == "8000"
    assert (event["body"], event["isBase64Encoded"]) == ("t", False)
    assert "cookies" not in event


def test_cookies_stand_beside_the_headers() -> None:
    handler, events = recording({"statusCode": 200, "headers": ALLOWED})
    client = BrowserClient(handler, "https://api.example.com")
    client.cookies.set("a", "1")
    client.cookies.set("b", "2")
    client.fetch("/")
    assert sorted(events[0]["cookies"]) == ["a=1", "b=2"]
    assert "cookie" not in events[0]["headers"]


def test_bodies_that_are_no_text_are_base64() -> None:
    handler, events = recording({"statusCode": 200, "headers": ALLOWED})
    BrowserClient(handler, PAGE).fetch("/", "POST", body=b"\xff")
    assert (events[0]["body"], events[0]["isBase64Encoded"]) == (base64.b64encode(b"\xff").decode(), True)


@pytest.mark.parametrize(
    ("result", "text"),
    [
        ({"statusCode": 200, "body": "x"}, "x"),
        ({"statusCode": "200", "body": base64.b64encode(b"\xff").decode(), "isBase64Encoded": True}, "\ufffd"),
        ({"statusCode": 200, "headers": None, "cookies": None, "body": None}, ""),
        ({"hello": "world"}, '{"hello": "world"}'),
        ("hello", "hello"),
        (None, "null"),
    ],
)
def test_what_an_http_api_makes_of_a_result(result: Any, text: str) -> None:
    client = BrowserClient(lambda event, context: result, "https://api.example.com")
    response = client.fetch("/")
    assert (response.status, response.text()) == (200, text)


@pytest.mark.parametrize(
    "result",
    [
        {"statusCode": None},
        {"statusCode": True},
        {"statusCode": "2xx"},
        {"statusCode": 200, "headers": [["a", "b"]]},
        {"statusCode": 200, "headers": {"X-Number": 7}},
        {"statusCode": 200, "body": {"a": 1}},
        {"statusCode": 200, "cookies": "a=1"},
        {"statusCode": 200, "body": "x", "isBase64Encoded": True},
        {"a": {1, 2}},
    ],
)
def test_a_malformed_result_is_a_500(result: Any) -> None:
    client = BrowserClient(lambda event, context: result, "https://api.example.com")
    response = client.fetch("/")
    assert (response.status, response.json()) == (500, {"message": "Internal Server Error"})
    assert client.app_exception is not None


def test_a_handler_that_raises_is_the_cause() -> None:
    def handler(event: Any, context: Any) -> Any:
        raise LookupError("no such item")

    with pytest.raises(CORSError) as caught:
        BrowserClient(handler, PAGE).fetch("/")
    assert isinstance(caught.value.__cause__, LookupError)


def test_a_decorated_handler_is_still_one() -> None:
    def handler(event: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        return {"statusCode": 200, "headers": ALLOWED}

    assert BrowserClient(handler, PAGE).fetch("/").ok


def test_only_the_base_url_answers() -> None:
    handler, events = recording({"statusCode": 200, "headers": ALLOWED})
    with pytest.raises(CORSError, match="alone answers"):
        BrowserClient(handler, PAGE).fetch("https://elsewhere.example/")
    assert events == []


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("found", ["none yet", "none", "one", "a closed one"])
@pytest.mark.parametrize("fails", [False, True])
def test_the_threads_current_loop_stays_what_it_was(found: str, fails: bool) -> None:
    seen: list[asyncio.AbstractEventLoop] = []

    def handler(event: Any, context: Any) -> Any:
        seen.append(asyncio.get_event_loop())
        asyncio.run(asyncio.sleep(0))  # leaves none
        if fails:
            raise LookupError("no such item")
        return {"statusCode": 200}

    def scenario() -> list[object]:
        loop = asyncio.new_event_loop()
        if found == "none":
            asyncio.set_event_loop(None)
        elif found != "none yet":
            asyncio.set_event_loop(loop)
        if found == "a closed one":
            loop.close()
        before = current()
        with BrowserClient(handler, "https://api.example.com") as client:
            statuses = [client.fetch("/").status for _ in range(2)]
            after = current()
        loop.close()
        return [statuses, before == after, before == current(), before[1] is loop]

    def current() -> tuple[bool, object]:
        local = vars(asyncio.get_event_loop_policy()._local)  # type: ignore[attr-defined]  # see _current
        return "_set_called" in local, local.get("_loop")

    with ThreadPoolExecutor(1) as thread:
        statuses, after, in_the_end, is_one = thread.submit(scenario).result()
    assert statuses == [500 if fails else 200] * 2
    assert (after, in_the_end, is_one) == (True, True, found in ("one", "a closed one"))
    assert seen[0] is seen[1]


def test_the_main_threads_loop_can_still_be_had() -> None:
    """As in a fresh process, where asyncio makes the first loop for whoever asks."""
    script = """
import asyncio, warnings
from lambda_cors_kit.testing import BrowserClient
warnings.simplefilter("ignore")
client = BrowserClient(lambda event, context: {"statusCode": 200}, "https://api.example.com")
assert client.fetch("/").ok
client.close()
loop = asyncio.get_event_loop()
loop.run_until_complete(asyncio.sleep(0))
assert client.fetch("/").ok and asyncio.get_event_loop() is loop
loop.close()
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert (run.returncode, run.stderr) == (0, "")


def test_asynchronous_fetches_leave_their_threads_alone() -> None:
    async def scenario() -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(1))
        async with BrowserClient(lambda event, context: {"statusCode": 200}, "https://api.example.com") as client:
            assert (await client.fetch_async("/")).ok
            assert asyncio.get_running_loop() is loop
            with pytest.raises(RuntimeError, match="no current event loop"):
                await asyncio.to_thread(asyncio.get_event_loop)

    asyncio.run(scenario())


def test_a_loop_that_another_test_closed_does_not_matter() -> None:
    handler = Mangum(CORSMiddleware(APP, POLICY))
    asyncio.run(asyncio.sleep(0))
    with BrowserClient(handler, PAGE) as client:
        assert client.fetch("/").ok
    with BrowserClient(handler, PAGE) as client:
        assert client.fetch("/").ok


def test_synchronous_fetch_refuses_a_running_loop() -> None:
    async def scenario() -> None:
        BrowserClient(lambda event, context: None, PAGE).fetch("/")

    with pytest.raises(RuntimeError, match="fetch_async"):
        asyncio.run(scenario())
