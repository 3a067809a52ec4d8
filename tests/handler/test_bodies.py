"""Bodies and their lengths, for every kind of event: what is lost, what is refused, what is said."""

from __future__ import annotations

import base64
import gzip
import json
import logging
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.handler.conftest import Serve
from tests.handler.samples import KINDS, ORIGIN, answering, event, header_lines, told

pytestmark = pytest.mark.parametrize("kind", KINDS)
EVERY = bytes(range(256))
PLAIN = [(b"content-type", b"text/plain")]


def body_of(result: dict[str, Any]) -> bytes:
    return base64.b64decode(result["body"]) if result["isBase64Encoded"] else result["body"].encode()


@pytest.mark.parametrize("as_view", [True, False])
def test_a_buffer_that_is_used_again(kind: str, as_view: bool, serve: Serve) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        buffer = bytearray(4)
        await send({"type": "http.response.start", "status": 200, "headers": PLAIN})
        for word in (b"one ", b"two ", b"six "):
            buffer[:] = word
            body = memoryview(buffer) if as_view else buffer
            await send({"type": "http.response.body", "body": body, "more_body": True})
        buffer[:] = b"end "
        await send({"type": "http.response.body", "body": memoryview(buffer)})
        buffer[:] = b"late"

    assert body_of(serve(app, lifespan="off")(event(kind), None)) == b"one two six end "


def test_a_stream_from_a_reused_buffer(kind: str, serve: Serve) -> None:
    def stream(request: Any) -> StreamingResponse:
        def chunks() -> Any:
            buffer = bytearray(4)
            for word in (b"one ", b"two ", b"six "):
                buffer[:] = word
                yield memoryview(buffer)

        return StreamingResponse(chunks(), media_type="text/plain")

    assert serve(Starlette(routes=[Route("/items", stream)]))(event(kind), None)["body"] == "one two six "


def test_an_upload_and_its_echo(kind: str, serve: Serve) -> None:
    async def echo(request: Any) -> Response:
        body = await request.body()
        assert request.headers["content-length"] == str(len(body))
        return Response(body, media_type="application/octet-stream")

    app = Starlette(routes=[Route("/items", echo, methods=["POST"])])
    for body in (EVERY, b"\xff", "ä€".encode(), b"plain"):
        assert body_of(serve(app)(event(kind, "POST", body=body), None)) == body


def test_compressed_json_stays_compressed(kind: str, serve: Serve) -> None:
    def items(request: Any) -> JSONResponse:
        return JSONResponse(["lamp"] * 1000)

    app = Starlette(routes=[Route("/items", items)], middleware=[Middleware(GZipMiddleware)])
    result = serve(app)(event(kind, headers=[("accept-encoding", "gzip")]), None)
    assert result["isBase64Encoded"]
    assert json.loads(gzip.decompress(body_of(result))) == ["lamp"] * 1000


@pytest.mark.parametrize("status", [204, 205, 304])
def test_a_status_without_a_body(kind: str, status: int, serve: Serve) -> None:
    result = serve(answering((), [b"none of it"], status=status))(event(kind), None)
    assert (result["statusCode"], result["body"], result["isBase64Encoded"]) == (status, "", False)
    # No header of the app's own, and those of the policy all the same.
    assert ("access-control-allow-origin", ORIGIN) in header_lines(result)
    assert ("vary", "Origin") in header_lines(result)
    assert ("multiValueHeaders" in result) == (kind in ("alb_multiple", "rest", "http_v1"))


def test_head_has_the_headers_alone(kind: str, serve: Serve) -> None:
    app = Starlette(routes=[Route("/items", lambda request: PlainTextResponse("four"))])
    result = serve(app)(event(kind, "HEAD"), None)
    assert (result["statusCode"], result["body"]) == (200, "")
    assert ("content-length", "4") in header_lines(result)
    assert serve(answering(PLAIN, [EVERY]))(event(kind, "HEAD"), None)["body"] == ""


@pytest.mark.parametrize("content_type", [b"text/plain", b"application/octet-stream"])
def test_what_lambda_does_not_pass_on_is_a_readable_500(
    kind: str, content_type: bytes, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    app = answering([(b"content-type", content_type)], [b"\0" * 1_000_000] * 7)
    result = serve(app)(event(kind, "PUT", path="/large"), None)
    assert (result["statusCode"], result["body"]) == (500, "Internal Server Error")
    assert ("access-control-allow-origin", ORIGIN) in header_lines(result)
    [record] = told(caplog)
    assert record.levelno == logging.ERROR
    assert 'the response to PUT "/large" cannot be sent: the body of 7000000 bytes' in record.message


def test_a_load_balancers_own_limit_is_said(kind: str, serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    result = serve(answering(PLAIN, [b"a" * 1_100_000]))(event(kind), None)
    assert result["statusCode"] == 200
    words = [record.message for record in told(caplog)]
    assert len(words) == (1 if kind.startswith("alb") else 0)
    assert all("a load balancer answers 502 for a result of more than 1 MB" in each for each in words)


def test_headers_that_are_left_out(kind: str, serve: Serve) -> None:
    app = answering([(b"Server", b"secret"), (b"X-Powered-By", b"x"), (b"X-A", b"1"), (b"Set-Cookie", b"a=1")])
    handler = serve(app, exclude_headers=["server", "X-POWERED-BY", "set-cookie"])
    result = handler(event(kind), None)
    names = {name for name, _ in header_lines(result)}
    assert "x-a" in names
    assert not names & {"server", "x-powered-by", "set-cookie"}
    assert not result.get("cookies")
