"""The lifespan of an application behind the page: once for a client, and its failures told."""

from __future__ import annotations

import asyncio
import gc
from typing import Any

import pytest

from lambda_cors_kit.testing import BrowserClient
from tests.testing.samples import allowed, living, plain


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
