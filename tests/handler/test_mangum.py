"""Mangum as the floor: where it answers an event, CORSHandler gives the app and the client at least the same."""

from __future__ import annotations

import asyncio
import base64
import logging
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mangum import Mangum

from lambda_cors_kit import CORSHandler
from lambda_cors_kit.environment import VARIABLE, write_environment
from tests.handler.samples import KINDS, Event, event, header_lines

TOKENS = st.text("abcXYZ019-_", min_size=1, max_size=8)
TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=("Cs", "Cc")), max_size=12)
NAMES = st.sampled_from(["host", "Host", "Accept", "x-forwarded-proto", "X-Forwarded-Port", "cookie"]) | TOKENS
PATHS = st.lists(st.sampled_from(["", "/", "items", "%20", "%2F", "ä", "v1"]), max_size=5).map("/{}".format)
BODIES = st.none() | st.binary(max_size=40) | st.just("ä€".encode())
TYPES = st.sampled_from(
    [b"application/json", b"text/html; charset=utf-8", b"image/png", b"application/vnd.api+json", b""]
)
NAMES_OUT = st.sampled_from([b"X-A", b"x-a", b"set-cookie", b"Vary", b"content-type", b"server", b"Server"])
PRINTABLE = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12)
HEADERS_OUT = st.lists(st.tuples(NAMES_OUT, PRINTABLE.map(str.encode) | TYPES), max_size=6)
OPTIONS = st.sampled_from(
    [{}, {"exclude_headers": ["Server", "x-a"]}, {"text_mime_types": ["image/"]}, {"text_mime_types": []}]
)


@st.composite
def events(draw: st.DrawFn) -> Event:
    """Any event of a kind that carries a request, a few of them malformed."""
    made = event(
        draw(st.sampled_from(KINDS)),
        draw(st.sampled_from(["GET", "POST", "PURGE", "OPTIONS"])),
        draw(PATHS),
        draw(st.lists(st.tuples(NAMES, TEXT), max_size=5)),
        draw(st.lists(st.tuples(TOKENS, TEXT), max_size=4)),
        draw(BODIES),
    )
    if made.get("version") == "2.0" and draw(st.booleans()):
        made["cookies"] = draw(st.lists(TEXT, max_size=3))
    if draw(st.integers(0, 9)) == 0:
        changed = st.sampled_from(["headers", "multiValueHeaders", "path", "body", "isBase64Encoded"])
        made[draw(changed)] = draw(st.sampled_from([None, "", "a", 1, True, {}, []]))
    return made


def telling(headers: list[tuple[bytes, bytes]], chunks: list[bytes], status: int, told: list[Any]) -> Any:
    """An app that answers so, and tells what it was asked."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        asked = {name: value for name, value in scope.items() if name not in ("state", "aws.context")}
        told.append((asked, await receive()))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        for chunk in chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        told.append(await receive())

    return app


def answer(handler: Any, sent: Event) -> dict[str, Any] | None:
    try:
        result: dict[str, Any] = handler(sent, None)
    except Exception:
        return None
    return result


@pytest.fixture(scope="module", autouse=True)
def _without_a_policy() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, write_environment("none", None))
        logging.disable(logging.CRITICAL)
        yield
        logging.disable(logging.NOTSET)


def asked(told: list[Any]) -> dict[str, Any]:
    """What an app was asked, in a form in which the two may be compared.

    Mangum writes request headers in UTF-8, joins lines, decodes a load balancer's query; ours has what was sent.
    """
    scope, received = told[0]
    lines = [(bytes(name).lower(), bytes(value)) for name, value in scope["headers"]]
    return {
        "method": scope["method"],
        "path": unquote(scope["path"]),
        "query": sorted(parse_qsl(scope["query_string"].decode(), keep_blank_values=True)),
        "names": {name for name, _ in lines} - {b"content-length"},
        "body": received["body"],
    }


def given_back(result: dict[str, Any]) -> dict[str, Any]:
    """Status, bytes and header lines of a result, with a joined value taken apart."""
    body = base64.b64decode(result["body"]) if result["isBase64Encoded"] else result["body"].encode()
    lines = header_lines(result) + [("set-cookie", cookie) for cookie in result.get("cookies", [])]
    values = Counter(
        (name, part.strip())
        for name, value in lines
        for part in ([value] if name == "set-cookie" else value.split(","))
        if name != "content-type"
    )
    return {"status": result["statusCode"], "body": body, "lines": values}


@given(
    events(),
    HEADERS_OUT,
    st.lists(st.binary(max_size=9) | st.just("ä".encode()), max_size=3),
    st.sampled_from([200, 404, 503]),
    OPTIONS,
)
@settings(max_examples=400, deadline=None)
@example(event("http_v2", headers=[("host", "a:b:c")]), [], [], 200, {})
@example(event("alb_multiple", headers=[]), [(b"set-cookie", b"a"), (b"Set-Cookie", b"b")], [], 200, {})
@example({**event("alb_multiple", headers=[]), "headers": "a"}, [], [], 200, {})
def test_no_less_than_mangum(
    sent: Event, headers: list[tuple[bytes, bytes]], chunks: list[bytes], status: int, options: dict[str, Any]
) -> None:
    ours: list[Any] = []
    theirs: list[Any] = []
    handler = CORSHandler(telling(headers, chunks, status, ours), lifespan="off", **options)
    got = answer(handler, sent)
    handler.close()
    asyncio.set_event_loop(loop := asyncio.new_event_loop())
    expected = answer(Mangum(telling(headers, chunks, status, theirs), lifespan="off", **options), sent)
    loop.close()
    asyncio.set_event_loop(None)
    # Whatever Mangum makes of an event, there is an answer here.
    assert got is not None
    if expected is not None:
        assert asked(ours) == asked(theirs)
        assert given_back(got)["status"] == given_back(expected)["status"]
        assert given_back(got)["body"] == given_back(expected)["body"] == b"".join(chunks)
        if "exclude_headers" not in options:
            # Of several lines of one name Mangum loses some, behind a load balancer.
            assert not given_back(expected)["lines"] - given_back(got)["lines"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("content_type", [b"application/octet-stream", b"text/plain"])
def test_four_megabytes_of_every_byte_arrive(kind: str, content_type: bytes) -> None:
    every = bytes(range(256)) * (4 * 1024 * 4)
    ours: list[Any] = []
    theirs: list[Any] = []
    headers = [(b"content-type", content_type)]
    chunks = [every[:1], every[1:70_000], every[70_000:]]
    sent = event(kind, "POST", body=every)
    handler = CORSHandler(telling(headers, chunks, 200, ours), lifespan="off")
    got = handler(sent, None)
    expected = answer(Mangum(telling(headers, chunks, 200, theirs), lifespan="off"), sent)
    handler.close()
    assert expected is not None
    assert given_back(got)["body"] == given_back(expected)["body"] == every
    assert ours[0][1]["body"] == theirs[0][1]["body"] == every
