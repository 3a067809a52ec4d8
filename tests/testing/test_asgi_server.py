"""An ASGI application behind the page: whatever it does, its lifespan, and the loop that it runs in."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from lambda_cors_kit.browser import Reason
from lambda_cors_kit.testing import BrowserClient, CORSError
from tests.testing.samples import allowed, living, plain, start


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


def test_the_state_is_each_requests_own() -> None:
    seen: list[dict[str, Any]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            scope["state"]["pool"] = [7]
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        seen.append(dict(scope["state"]))
        scope["state"]["mine"] = True
        await plain(scope, receive, send)

    with BrowserClient(app) as client:
        client.fetch("/")
        client.fetch("/")
    assert seen == [{"pool": [7]}] * 2


@pytest.mark.parametrize(
    "start",
    [
        {"type": "http.response.start", "status": 200, "headers": [("content-type", "text/plain")]},
        {"type": "http.response.start", "status": "ok"},
    ],
    ids=["headers of text", "a status of text"],
)
def test_what_no_server_could_write_is_a_crash(start: dict[str, Any]) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send(start)
        await send({"type": "http.response.body", "body": b"x"})

    client = BrowserClient(app, "https://api.example.com", lifespan="off")
    response = client.fetch("/")
    assert (response.status, response.text()) == (500, "Internal Server Error")
    assert client.app_exception is not None


def test_an_answer_that_is_missing_is_the_cause() -> None:
    with pytest.raises(CORSError) as caught:
        BrowserClient(silent, lifespan="off").fetch("/")
    assert "without completing its response" in str(caught.value.__cause__)


def test_a_failure_after_the_response_is_kept_and_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await plain(scope, receive, send)
        raise LookupError("too late")

    client = BrowserClient(app, lifespan="off")
    assert client.fetch("/").text() == "plain"
    assert isinstance(client.app_exception, LookupError)
    assert not caplog.records


def test_a_test_may_give_up_on_a_fetch() -> None:
    ended: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("cancelled")

    async def scenario() -> None:
        async with BrowserClient(app, lifespan="off") as client:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(client.fetch_async("/"), 0.01)
            assert client.app_exception is None

    asyncio.run(scenario())
    assert ended == ["cancelled"]


def test_the_applications_own_timeout_is_its_failure() -> None:
    client = BrowserClient(times_out_itself, "https://api.example.com", lifespan="off")
    assert client.fetch("/").status == 500
    assert isinstance(client.app_exception, TimeoutError)


def test_the_threads_current_loop_is_left_alone() -> None:
    def scenario() -> bool:
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        with BrowserClient(plain) as client:
            client.fetch("/")
            during = asyncio.get_event_loop() is loop
        after = asyncio.get_event_loop() is loop
        loop.close()
        return during and after

    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(scenario).result()
