"""What counts as a difference between two servers' answers, and what does not."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from apps.bodies import preflight
from apps.comparison import differences, parts
from apps.model import ALLOWED_ORIGIN, REFUSED_ORIGIN, Answer, Fields, Request, Target

UVICORN = Target("http://127.0.0.1:1001", "/v1", Path("/data/uvicorn"))
GATEWAY = Target("http://127.0.0.1:1002/v1", "/v1", Path("/data/rest"))
READABLE: Fields = (
    ("Access-Control-Allow-Origin", ALLOWED_ORIGIN),
    ("Access-Control-Allow-Credentials", "true"),
)
PLAIN = Answer(200, (("Content-Type", "text/plain"), *READABLE), b"hello")
GET = Request("a page")


def compared(
    expected: Answer, actual: Answer, request: Request = GET, volatile: tuple[str, ...] = ()
) -> list[str]:
    """The names of the parts that differ."""
    found = differences(
        parts(request, expected, UVICORN, volatile),
        parts(request, actual, GATEWAY, volatile),
    )
    return [line.partition(":")[0] for line in found]


def answer(*headers: tuple[str, str], status: int = 200, body: bytes = b"hello") -> Answer:
    return Answer(status, (("Content-Type", "text/plain"), *READABLE, *headers), body)


def test_an_answer_is_like_itself() -> None:
    assert compared(PLAIN, PLAIN) == []


@pytest.mark.parametrize(
    ("actual", "part"),
    [
        (answer(status=201), "status"),
        (answer(body=b"hullo"), "body"),
        (answer(body=b""), "body"),
        (answer(("X-More", "1")), "header x-more"),
        (Answer(200, READABLE, b"hello"), "header content-type"),
        (answer(("Set-Cookie", "a=1")), "header set-cookie"),
        (answer(("x-amzn-Remapped-WWW-Authenticate", "Bearer")), "header x-amzn-remapped-www-authenticate"),
        (Answer(200, (("Content-Type", "text/plain"),), b"hello"), "cors"),
    ],
)
def test_what_an_application_said_is_compared(actual: Answer, part: str) -> None:
    assert compared(PLAIN, actual) == [part]
    assert compared(actual, PLAIN) == [part]


@pytest.mark.parametrize(
    "extra",
    [
        ("Date", "Mon, 02 Jan 2023 00:00:00 GMT"),
        ("Server", "uvicorn"),
        ("Content-Length", "5"),
        ("x-amzn-RequestId", "1"),
        ("x-amzn-Remapped-Date", "now"),
        ("Apigw-Requestid", "1"),
        ("Vary", "Origin"),
    ],
)
def test_what_the_server_adds_is_not(extra: tuple[str, str]) -> None:
    assert compared(PLAIN, answer(extra)) == []


def test_a_long_body_is_shown_where_it_begins_to_differ() -> None:
    before, after = {"body": "x" * 1000 + "stage" + "y" * 1000}, {"body": "x" * 1000 + "y" * 1000}
    (line,) = differences(before, after)
    assert "stage" in line
    assert "2005 characters" in line
    assert len(line) < 350


def test_vary_is_a_set_without_the_origin() -> None:
    both = answer(("Vary", "accept"), ("Vary", "Origin, cookie"))
    assert compared(answer(("Vary", "Cookie, Accept")), both) == []
    assert compared(answer(("Vary", "Cookie")), answer(("Vary", "Origin"))) == ["header vary"]


def test_lines_of_one_name_are_one_list_but_cookies_are_not() -> None:
    apart = answer(("Link", "</1>"), ("Link", "</2>"))
    assert compared(apart, answer(("Link", "</1>,</2>"))) == []
    assert compared(apart, answer(("Link", "</2>"), ("Link", "</1>"))) == ["header link"]
    cookies = answer(("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))
    assert compared(cookies, answer(("Set-Cookie", "a=1, b=2"))) == ["header set-cookie"]


def test_gzip_is_compared_by_what_it_holds() -> None:
    head = ("Content-Encoding", "gzip")
    early, late = (answer(head, body=gzip.compress(b"hello", mtime=time)) for time in (1, 2))
    assert early.body != late.body
    assert compared(early, late) == []
    assert compared(early, answer(head, body=gzip.compress(b"hullo"))) == ["body"]
    assert compared(early, answer(head, body=b"H4sIAAAA")) == ["body"]
    assert compared(early, PLAIN) == ["header content-encoding"]


def test_addresses_folders_and_dates_are_blanked() -> None:
    def said(where: Target) -> Answer:
        address = where.address.removesuffix("/v1")
        return answer(("Location", f"{address}/v1/x"), body=f"{where.data}/a {where.data}".encode())

    assert compared(said(UVICORN), said(GATEWAY)) == []
    assert compared(answer(("Location", "http://127.0.0.1:1001/v1/x")), answer(("Location", "/x"))) != []


def test_only_the_groups_of_a_volatile_pattern_are_blanked() -> None:
    pattern = (r"token=(\w+); path=/(\w*)",)
    first = answer(("Set-Cookie", "token=1; path=/a; Secure"))
    assert compared(first, answer(("Set-Cookie", "token=2; path=/b; Secure")), volatile=pattern) == []
    assert compared(first, answer(("Set-Cookie", "token=2; path=/b")), volatile=pattern) == ["header set-cookie"]
    assert compared(answer(body=b"took 1 ms"), answer(body=b"took 2 ms"), volatile=(r"took \d ms",)) == []


def test_the_type_of_an_empty_body_may_be_the_gateways() -> None:
    expected = Answer(204, READABLE)
    assert compared(expected, Answer(204, (("Content-Type", "application/json"), *READABLE))) == []
    assert compared(expected, Answer(204, (("Content-Type", "text/html"), *READABLE))) == ["header content-type"]


def test_cors_is_judged_as_a_browser_does() -> None:
    refused = Request("a page", origin=REFUSED_ORIGIN)
    kits = Answer(200, (("Content-Type", "text/plain"),), b"hello")
    starlettes = Answer(200, (*kits.headers, ("Access-Control-Allow-Credentials", "true")), b"hello")
    assert compared(starlettes, kits, refused) == []
    opened = (("Access-Control-Allow-Origin", REFUSED_ORIGIN), ("Access-Control-Allow-Credentials", "true"))
    assert compared(kits, Answer(200, (*kits.headers, *opened), b"hello"), refused) == ["cors"]


def test_a_header_that_is_not_exposed_is_a_difference() -> None:
    exposed = answer(("ETag", '"1"'), ("Access-Control-Expose-Headers", "ETag"))
    assert compared(exposed, answer(("ETag", '"1"'))) == ["cors"]


def test_a_preflight_is_its_verdict() -> None:
    asked = preflight("preflight", "/", "PUT", "content-type")
    lists: Fields = (
        ("Access-Control-Allow-Methods", "PUT"),
        ("Access-Control-Allow-Headers", "content-type"),
    )
    assert compared(Answer(200, (*READABLE, *lists), b"OK"), Answer(204, (*READABLE, *lists)), asked) == []
    assert compared(Answer(400, READABLE, b"Disallowed"), Answer(403), asked) == []
    assert compared(Answer(200, (*READABLE, *lists), b"OK"), Answer(403), asked) == ["cors"]
