"""What each gateway makes of a path and of a body, as AWS does: `%2F`, `100%2525`, bytes that are no text."""

from __future__ import annotations

import base64
import urllib.request
from typing import Any

import pytest

from lambda_cors_kit.local.http_server import HTTPServer
from lambda_cors_kit.payloads.messages import Request, Response
from lambda_cors_kit.testing import BrowserClient
from tests.local.support import Function, gateway, get, http_api

PATHS = {
    "/f/100%2525": "/f/100%25",
    "/a%2Fb": "/a/b",
    "/%C3%A4;v=1+2": "/ä;v=1+2",
    "/%zz": "/%zz",
    "//a//b": "//a//b",
}
OK = {"statusCode": 200, "body": "fine"}
EVERY = bytes(range(256))


@pytest.mark.parametrize(("sent", "decoded"), PATHS.items())
@pytest.mark.parametrize("stage", ["$default", "prod"])
def test_an_http_api_decodes_the_path_once(sent: str, decoded: str, stage: str) -> None:
    function = Function(OK)
    api = gateway(function, http_api(stage=stage, routes={"ANY /{proxy+}": "NONE"}))
    prefix = "" if stage == "$default" else "/prod"
    assert get(api, f"{prefix}{sent}?q=%2F").status == 200
    [event] = function.events
    assert event["rawPath"] == event["requestContext"]["http"]["path"] == f"{prefix}{decoded}"
    assert event["pathParameters"] == {"proxy": decoded.removeprefix("/")}
    assert event["rawQueryString"] == "q=%2F"


@pytest.mark.parametrize("sent", PATHS)
def test_a_function_url_keeps_the_encoding(sent: str) -> None:
    function = Function(OK)
    assert get(gateway(function, gateway="function_url"), sent).status == 200
    [event] = function.events
    assert event["rawPath"] == event["requestContext"]["http"]["path"] == sent
    # By this a function tells a URL from an HTTP API.
    assert ".lambda-url." in event["requestContext"]["domainName"]


@pytest.mark.parametrize("sent", PATHS)
def test_a_rest_api_keeps_the_encoding(sent: str) -> None:
    function = Function(OK)
    assert get(gateway(function), f"/prod{sent}").status == 200
    [event] = function.events
    assert (event["path"], event["requestContext"]["path"]) == (sent, f"/prod{sent}")
    assert event["pathParameters"] == {"proxy": sent.removeprefix("/")}


@pytest.mark.parametrize(("sent", "decoded"), PATHS.items())
def test_a_browser_client_is_an_http_api(sent: str, decoded: str) -> None:
    events: list[Any] = []

    def handler(event: Any, context: Any) -> dict[str, Any]:
        events.append(event)
        return OK

    BrowserClient(handler, "https://api.example.com").fetch(f"https://api.example.com{sent}")
    assert events[0]["rawPath"] == events[0]["requestContext"]["http"]["path"] == decoded


@pytest.mark.parametrize("binary", [["image/png"], ["application/octet-stream", "image/*"], None])
def test_the_first_body_that_a_rest_api_breaks_is_said(
    binary: list[str] | None, capsys: pytest.CaptureFixture[str]
) -> None:
    api = gateway(Function(OK), binary=binary)
    for _ in range(2):
        assert get(api, "/prod/a", ("Content-Type", "a/b"), method="POST", body=EVERY).status == 200
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("[gateway] POST /prod/a: the request's body of 256 bytes is not text")
    assert f"because binary_media_types is {'[]' if binary is None else '['}" in line
    assert "write binary_media_types = null" in line


def test_a_body_that_leaves_as_base64_text_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    answer = {"body": base64.b64encode(EVERY).decode(), "headers": {"content-type": "image/png"}}
    api = gateway(Function({**answer, "isBase64Encoded": True}), binary=["image/png"])
    for accept in ("image/png", "text/html,image/png", "*/*"):
        get(api, "/prod/a", ("Accept", accept))
    [line] = capsys.readouterr().err.splitlines()
    assert "GET /prod/a: the response's body (image/png) leaves as base64 text" in line


@pytest.mark.parametrize("body", [b"", b"text", "\ufffdä€".encode()])
def test_nothing_is_said_of_a_body_that_passes(body: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    everything = gateway(Function({"body": "AA==", "isBase64Encoded": True}), binary=["*/*"])
    assert get(everything, "/prod/a", method="POST", body=EVERY).body == b"\0"
    assert get(gateway(Function(OK)), "/prod/a", method="POST", body=body).status == 200
    assert not capsys.readouterr().err


@pytest.mark.parametrize("host", ["::1", "[::1]"])
def test_a_server_on_ipv6(host: str) -> None:
    asked: list[Request] = []

    def app(request: Request) -> Response:
        asked.append(request)
        return Response(200, (), b"fine")

    with HTTPServer(app, host, body_limit=9) as server:
        assert server.host == "[::1]"
        with urllib.request.urlopen(f"http://[::1]:{server.port}/a") as response:
            assert response.read() == b"fine"
    [request] = asked
    assert (request.domain_name, request.port, request.source_ip) == ("[::1]", str(server.port), "::1")


@pytest.mark.parametrize(
    ("host", "name", "port"),
    [
        ("[::1]:8000", "[::1]", "8000"),
        ("[::1]", "[::1]", "80"),
        ("::1", "::1", "80"),
        ("a.test:81", "a.test", "81"),
        ("a.test", "a.test", "80"),
        ("a.test:", "a.test", "80"),
        ("a:b:81", "a:b:81", "80"),
        ("", "127.0.0.1", "80"),
    ],
)
def test_the_name_and_the_port_of_a_host(host: str, name: str, port: str) -> None:
    request = Request("GET", "/", (("Host", host),))
    assert (request.domain_name, request.port) == (name, port)
