"""A response as the result that the sender of the event reads."""

from __future__ import annotations

import base64
import json
from http import HTTPStatus

import pytest

from lambda_cors_kit.payloads import events
from lambda_cors_kit.payloads.results import (
    MAX_NAMES,
    MAX_RESULT_BYTES,
    UnsendableResponse,
    _names,
    response_lines,
    result_of,
)

FORMS = (events.V1, events.V2, events.LOAD_BALANCER, events.LOAD_BALANCER_MULTIPLE)
every_form = pytest.mark.parametrize("form", FORMS)


def of_type(content_type: str | None, body: bytes = b"text", *more: tuple[str, str]) -> bool:
    """Whether a body of this type leaves as text; the bytes are the same either way."""
    lines = [("content-type", content_type)] if content_type is not None else []
    result = result_of(events.V1, 200, [*lines, *more], body)
    assert (base64.b64decode(result["body"]) if result["isBase64Encoded"] else result["body"].encode()) == body
    return not result["isBase64Encoded"]


@pytest.mark.parametrize(
    "content_type",
    [
        "text/html",
        "text/event-stream",
        "TEXT/CSV; header=present",
        "application/json",
        "Application/JSON ; charset=UTF-8",
        "application/problem+json",
        "application/geo+json",
        "application/vnd.api+json",
        "application/ndjson",
        "application/x-ndjson",
        "application/atom+xml",
        "image/svg+xml",
        "application/yaml",
        "application/javascript",
        "application/x-www-form-urlencoded",
        "application/x-own; charset=utf-8",
    ],
)
def test_text_leaves_as_text(content_type: str) -> None:
    assert of_type(content_type, "{'ä': '€'}".encode())


@pytest.mark.parametrize(
    "content_type", ["image/png", "application/octet-stream", "application/pdf", "font/woff2", "", None, "json"]
)
def test_everything_else_leaves_in_base64(content_type: str | None) -> None:
    assert not of_type(content_type)


@pytest.mark.parametrize("body", [b"\xff", b"caf\xe9", b"\xed\xa0\x80", bytes(range(256))])
def test_text_that_is_not_utf_8_leaves_in_base64(body: bytes) -> None:
    assert not of_type("text/plain; charset=iso-8859-1", body)


@pytest.mark.parametrize("coding", ["gzip", "br", "GZIP", "deflate, gzip"])
def test_what_is_compressed_leaves_in_base64(coding: str) -> None:
    assert not of_type("application/json", b"ascii", ("content-encoding", coding))
    assert of_type("application/json", b"ascii", ("content-encoding", "identity"))


def test_types_of_ones_own_stand_in_place_of_all_others() -> None:
    def is_text(content_type: str) -> bool:
        types = ("application/x-own", "image/")
        return not result_of(events.V2, 200, [("content-type", content_type)], b"a", types)["isBase64Encoded"]

    assert is_text("application/x-own; a=b")
    assert is_text("Image/PNG")
    assert not is_text("application/json")


@every_form
@pytest.mark.parametrize("status", [-1, 0, 100, 199, 600, 999])
def test_a_status_that_no_gateway_takes(form: str, status: int) -> None:
    with pytest.raises(UnsendableResponse, match=f"the status {status} is not one of 200 to 599"):
        result_of(form, status, ())


@every_form
def test_a_status_is_a_number_in_the_result(form: str) -> None:
    assert json.dumps(result_of(form, HTTPStatus.NOT_FOUND, ())["statusCode"]) == "404"


@every_form
@pytest.mark.parametrize("content_type", ["text/plain", "image/png"])
def test_the_largest_result_and_one_byte_more(form: str, content_type: str) -> None:
    lines = [("content-type", content_type)]
    room = MAX_RESULT_BYTES - len(json.dumps(result_of(form, 200, lines, b"")))
    largest = b"a" * (room if content_type == "text/plain" else room // 4 * 3)
    assert len(json.dumps(result_of(form, 200, lines, largest))) <= MAX_RESULT_BYTES
    words = f"the body of {len(largest) + 6} bytes makes a result of [0-9]{{7}}"
    with pytest.raises(UnsendableResponse, match=words):
        # Five more where `false` gives way to `true`.
        result_of(form, 200, lines, largest + b"123456")


@pytest.mark.parametrize(
    "text", ["\0" * 4_000_000, "ä" * 2_000_000, "\U0001f600" * 1_000_000, '"' * 4_500_000, "\x1b[0m" * 900_000]
)
def test_text_that_json_makes_too_long_leaves_in_base64(text: str) -> None:
    result = result_of(events.V2, 200, [("content-type", "text/plain")], text.encode())
    assert len(json.dumps(result)) <= MAX_RESULT_BYTES
    body = base64.b64decode(result["body"]) if result["isBase64Encoded"] else result["body"].encode()
    assert body == text.encode()


def test_text_that_is_too_long_both_ways() -> None:
    with pytest.raises(UnsendableResponse, match="the body of 6000000 bytes makes a result of 8000"):
        result_of(events.V1, 200, [("content-type", "text/plain")], b"\0" * 6_000_000)


COOKIES = [("set-cookie", "a=1"), ("x-a", "1"), ("set-cookie", "b=2"), ("x-a", "2"), ("x-b", "3")]


def test_lines_of_payload_2() -> None:
    result = result_of(events.V2, 200, COOKIES)
    assert (result["headers"], result["cookies"]) == ({"x-a": "1,2", "x-b": "3"}, ["a=1", "b=2"])


def test_lines_of_payload_1() -> None:
    result = result_of(events.V1, 200, COOKIES)
    assert result["headers"] == {"x-b": "3"}
    assert result["multiValueHeaders"] == {"set-cookie": ["a=1", "b=2"], "x-a": ["1", "2"]}


def test_lines_of_a_load_balancer() -> None:
    single = result_of(events.LOAD_BALANCER, 200, [*COOKIES, ("set-cookie", "c=3")])["headers"]
    assert {name.lower() for name in single} == {"set-cookie", "x-a", "x-b"}
    assert sorted(value for name, value in single.items() if name.lower() == "set-cookie") == ["a=1", "b=2", "c=3"]
    assert single["x-a"] == "1, 2"
    multiple = result_of(events.LOAD_BALANCER_MULTIPLE, 200, COOKIES)
    assert multiple["multiValueHeaders"] == {"set-cookie": ["a=1", "b=2"], "x-a": ["1", "2"], "x-b": ["3"]}
    assert "headers" not in multiple


def test_header_bytes_are_latin_1_and_names_lower_case() -> None:
    assert response_lines([(b"X-Name", b" caf\xe9\t"), (b"X-Name", b"a\tb")]) == [
        ("x-name", "caf\xe9"),
        ("x-name", "a\tb"),
    ]


@pytest.mark.parametrize("value", [b"a\nb", b"a\rb", b"\0", b"\x7f", b"\x1f", b"\xe9\n\xe9"])
def test_a_control_character_is_refused(value: bytes) -> None:
    with pytest.raises(UnsendableResponse, match="the header x-a has a control character"):
        response_lines([(b"X-A", value)])


@pytest.mark.parametrize("name", [b"", b"x a", b"x:a", b"x\xe9", b"x\n"])
def test_a_name_that_is_no_token_is_refused(name: bytes) -> None:
    for _ in range(2):
        with pytest.raises(UnsendableResponse, match="is not a token"):
            response_lines([(name, b"1")])


def test_names_that_nobody_uses_again_fill_no_memory() -> None:
    for number in range(2 * MAX_NAMES):
        response_lines([(b"x-%d" % number, b"1")])
    assert len(_names) <= MAX_NAMES
