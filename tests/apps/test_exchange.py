"""A page asks as a browser would: bytes as they are, cookies kept, placeholders filled."""

from __future__ import annotations

import json
from pathlib import Path

from apps.bodies import ALL_BYTES, posted_form
from apps.exchange import Page
from apps.model import ALLOWED_ORIGIN, HOST, Answer, Request
from lambda_cors_kit.local.http_server import HTTPServer
from lambda_cors_kit.payloads.messages import Request as Received
from lambda_cors_kit.payloads.messages import Response


def echo(request: Received) -> Response:
    """What was received, a validator, and a cookie where one is asked for."""
    seen = {"target": request.target, "headers": request.headers, "body": request.body.hex()}
    cookies = {"/set": "a=1; Path=/", "/more": 'b="x y"', "/drop": "a=; Max-Age=0"}
    path = request.path.removeprefix("/v1")
    set_cookie = (("Set-Cookie", cookies[path]),) if path in cookies else ()
    return Response(200, (("ETag", '"7"'), *set_cookie), json.dumps(seen).encode())


def ask(*requests: Request) -> dict[str, Answer]:
    with HTTPServer(echo, body_limit=10_000) as server:
        page = Page(f"http://127.0.0.1:{server.port}/v1", "/v1", Path("/data"))
        return page.ask(requests)


def seen(answer: Answer) -> tuple[str, dict[str, str], bytes]:
    content = json.loads(answer.body)
    headers = {name.lower(): value for name, value in content["headers"]}
    return content["target"], headers, bytes.fromhex(content["body"])


def test_target_and_body_arrive_as_they_are() -> None:
    target = "/a%2Fb%25/../c%C3%A9;x?q=%20+&q="
    answers = ask(Request("put", target, "PUT", (("X-A", "1"), ("X-A", "2")), ALL_BYTES))
    content = json.loads(answers["put"].body)
    assert content["target"] == f"/v1{target}"
    assert bytes.fromhex(content["body"]) == ALL_BYTES
    assert [value for name, value in content["headers"] if name == "X-A"] == ["1", "2"]
    headers = seen(answers["put"])[1]
    assert headers["host"] == HOST
    assert headers["origin"] == ALLOWED_ORIGIN
    assert headers["content-length"] == "256"


def test_a_request_without_an_origin_has_none() -> None:
    assert "origin" not in seen(ask(Request("get", origin=None))["get"])[1]


def test_cookies_are_sent_until_they_are_dropped() -> None:
    answers = ask(
        Request("before"), Request("set", "/set"), Request("more", "/more"), Request("both"),
        Request("drop", "/drop"), Request("after"),
    )  # fmt: skip
    assert "cookie" not in seen(answers["before"])[1]
    assert seen(answers["both"])[1]["cookie"] == 'a=1; b="x y"'
    assert seen(answers["after"])[1]["cookie"] == 'b="x y"'


def test_placeholders_are_filled_from_earlier_answers() -> None:
    form = posted_form("form", "/?file=${data}/x", {"token": "${cookie:a}", "none": "${cookie:z}"})
    again = Request("again", headers=(("If-None-Match", "${header:etag}"), ("Referer", "${base}/x")))
    answers = ask(Request("set", "/set"), form, again)
    target, headers, body = seen(answers["form"])
    assert target == "/v1/?file=/data/x"
    assert body == b"token=1&none="
    assert headers["content-length"] == str(len(body))
    headers = seen(answers["again"])[1]
    assert headers["if-none-match"] == '"7"'
    assert headers["referer"] == f"http://{HOST}/v1/x"


def test_a_server_that_does_not_answer_gives_status_0() -> None:
    with HTTPServer(echo, body_limit=10) as server:
        address = f"http://127.0.0.1:{server.port}"
    answer = Page(address, "", Path("/data")).ask([Request("get")])["get"]
    assert answer.status == 0
    assert b"no answer" in answer.body
