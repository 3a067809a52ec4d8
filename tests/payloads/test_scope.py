"""An event as the scope and body of an ASGI request, for every kind of event."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from lambda_cors_kit.payloads.events import form_of
from lambda_cors_kit.payloads.scope import _NAMES, MAX_NAMES, body_of, scope_of
from tests.handler.samples import KINDS, Event, Pairs, event

MULTIPLE = [kind for kind in KINDS if kind in ("rest", "http_v1", "alb_multiple")]
HOST = ("host", "api.example.net")


def scope(sent: Event) -> dict[str, Any]:
    return scope_of(sent, form_of(sent), None, len(body_of(sent)))


def of(kind: str, *headers: tuple[str, str], **options: Any) -> dict[str, Any]:
    return scope(event(kind, headers=(HOST, *headers), **options))


def values(found: dict[str, Any], name: bytes) -> list[bytes]:
    return [value for key, value in found["headers"] if key == name]


@pytest.mark.parametrize("kind", KINDS)
class TestEveryKind:
    def test_what_the_specification_asks_for(self, kind: str) -> None:
        found = of(kind, method="pOsT", path="/a%2Fb", query=[("q", "1")])
        decoded = "/a%2Fb" if kind.startswith("http") else "/a/b"
        assert found["type"] == "http"
        assert found["asgi"]["version"] == "3.0"
        assert (found["http_version"], found["method"], found["scheme"]) == ("1.1", "POST", "https")
        assert (found["path"], found["root_path"]) == (decoded, "")
        assert found["raw_path"] == (b"/a%252Fb" if kind.startswith("http") else b"/a%2Fb")
        assert found["query_string"] == b"q=1"
        assert found["client"] == (None if kind.startswith("alb") else ("192.0.2.1", 0))
        assert found["server"] == ("api.example.net", 443)
        assert all(type(part) is bytes for line in found["headers"] for part in line)
        assert all(name == name.lower() for name, _ in found["headers"])

    @pytest.mark.parametrize(
        ("method", "given", "body", "length"),
        [
            ("POST", None, b"four", [b"4"]),
            ("POST", "4", b"four", [b"4"]),
            ("POST", "9", b"four", [b"4"]),
            ("POST", "4, 4", b"four", [b"4"]),
            ("POST", None, None, [b"0"]),
            ("PUT", None, None, [b"0"]),
            ("PATCH", "0", None, [b"0"]),
            ("POST", None, bytes(range(256)), [b"256"]),
            ("POST", "1", "ä€".encode(), [b"5"]),
            ("DELETE", None, b"x", [b"1"]),
            ("GET", None, None, []),
            ("HEAD", None, None, []),
            ("GET", "0", None, [b"0"]),
            ("GET", "7", None, [b"0"]),
            ("HEAD", "7", None, [b"0"]),
        ],
    )
    def test_the_length_is_that_of_the_body(
        self, kind: str, method: str, given: str | None, body: bytes | None, length: list[bytes]
    ) -> None:
        for spelling in ("content-length", "Content-Length"):
            lines = [(spelling, given)] if given is not None else []
            assert values(of(kind, *lines, method=method, body=body), b"content-length") == length

    def test_an_upload_arrives_byte_by_byte(self, kind: str) -> None:
        every = bytes(range(256)) * 3
        assert body_of(event(kind, "POST", body=every)) == every
        assert body_of(event(kind, "POST", body=b"")) == b""
        assert body_of({**event(kind), "body": base64.b64encode(every).decode(), "isBase64Encoded": True}) == every

    @pytest.mark.parametrize(
        ("given", "scheme"),
        [
            ("https", "https"),
            ("http", "http"),
            ("HTTP", "http"),
            ("https,http", "https"),
            ("http, https", "http"),
            (" https ", "https"),
            ("", "https"),
            ("ftp", "https"),
            (",", "https"),
        ],
    )
    def test_the_scheme(self, kind: str, given: str, scheme: str) -> None:
        found = of(kind, ("x-forwarded-proto", given))
        assert (found["scheme"], found["server"][1]) == (scheme, 443 if scheme == "https" else 80)

    @pytest.mark.parametrize(
        ("host", "port", "server"),
        [
            ("a.test", "443,80", ("a.test", 443)),
            ("a.test", "8443", ("a.test", 8443)),
            ("a.test", "", ("a.test", 443)),
            ("a.test", "0", ("a.test", 443)),
            ("a.test", "65536", ("a.test", 443)),
            ("a.test", "-1", ("a.test", 443)),
            ("a.test", "\u0661", ("a.test", 443)),
            ("a.test", "x", ("a.test", 443)),
            ("a.test:8000", "443", ("a.test", 8000)),
            ("a.test:99999", "443", ("a.test", 443)),
            ("a.test:", "443", ("a.test", 443)),
            ("a.test:x", "443", ("a.test", 443)),
            ("[2001:db8::1]:8000", "443", ("2001:db8::1", 8000)),
            ("[2001:db8::1]", "443", ("2001:db8::1", 443)),
            ("[2001:db8::1", "443", ("2001:db8::1", 443)),
            ("2001:db8::1", "443", ("2001:db8::1", 443)),
            ("192.0.2.7:81", "443", ("192.0.2.7", 81)),
            ("a.test:0", "443", ("a.test", 0)),
            ("[::1]:0", "443", ("::1", 0)),
        ],
    )
    def test_the_server(self, kind: str, host: str, port: str, server: tuple[str, int]) -> None:
        found = scope(event(kind, headers=[("host", host), ("x-forwarded-port", port)]))
        assert found["server"] == server

    @pytest.mark.parametrize(
        "host", ["[:::]", "[::g]", "::1::2", "a b", "a/b", "a?b", "a#b", "a\\b", "u@a", '"a"', "<a>", "\xe9.test"]
    )
    def test_a_host_that_is_none_says_nothing_of_the_server(self, kind: str, host: str) -> None:
        named, port = scope(event(kind, headers=[("host", host)]))["server"]
        assert named in ("api.example.net", "id.lambda-url.us-east-1.on.aws", "localhost")
        assert port == 443

    @pytest.mark.parametrize("headers", [[], [("host", "")], [("host", ":80")], [("host", "[]:80")]])
    def test_a_server_without_a_name_has_one(self, kind: str, headers: Pairs) -> None:
        host, port = scope(event(kind, headers=headers))["server"]
        assert host in ("api.example.net", "id.lambda-url.us-east-1.on.aws", "localhost")
        assert port in (80, 443)

    def test_header_bytes_are_latin_1(self, kind: str) -> None:
        assert values(of(kind, ("x-name", "caf\xe9")), b"x-name") == [b"caf\xe9"]
        # No gateway makes such text of bytes.
        assert values(of(kind, ("x-name", "€")), b"x-name") == ["€".encode()]

    def test_cookies_are_one_line(self, kind: str) -> None:
        assert values(of(kind, ("cookie", "a=1; b=2")), b"cookie") == [b"a=1; b=2"]

    def test_a_header_that_is_null_is_none(self, kind: str) -> None:
        sent = event(kind, headers=[HOST, ("x-a", "1")])
        for held in ("headers", "multiValueHeaders"):
            if sent.get(held):
                sent[held]["x-b"] = [None] if held == "multiValueHeaders" else None
        assert values(scope(sent), b"x-a") == [b"1"]
        assert values(scope(sent), b"x-b") == []


@pytest.mark.parametrize("kind", MULTIPLE)
def test_lines_that_are_apart_stay_apart(kind: str) -> None:
    found = of(kind, ("x-a", "1"), ("x-a", "2,3"), ("Cookie", "a=1"), ("Cookie", "b=2"))
    assert values(found, b"x-a") == [b"1", b"2,3"]
    assert values(found, b"cookie") == [b"a=1; b=2"]


def test_cookies_of_payload_2_are_joined() -> None:
    sent = event("http_v2", headers=[HOST]) | {"cookies": ["a=1", "b=2", "c=3"]}
    assert values(scope(sent), b"cookie") == [b"a=1; b=2; c=3"]


@pytest.mark.parametrize("kind", ["http_v2", "function_url"])
@pytest.mark.parametrize(("protocol", "version"), [("HTTP/1.1", "1.1"), ("HTTP/1.0", "1.0"), ("HTTP/2.0", "2")])
def test_the_version_of_http(kind: str, protocol: str, version: str) -> None:
    sent = event(kind)
    sent["requestContext"]["http"]["protocol"] = protocol
    assert scope(sent)["http_version"] == version


@pytest.mark.parametrize("kind", ["rest", "http_v1"])
def test_the_version_of_http_in_payload_1(kind: str) -> None:
    sent = event(kind)
    sent["requestContext"]["protocol"] = "HTTP/2"
    assert scope(sent)["http_version"] == "2"


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("192.0.2.9", ("192.0.2.9", 0)),
        # What others say stands in front of what the load balancer saw.
        ("10.0.0.1, 192.0.2.9", ("192.0.2.9", 0)),
        ("192.0.2.9:4711", ("192.0.2.9", 4711)),
        ("evil, 192.0.2.9:4711", ("192.0.2.9", 4711)),
        ("2001:db8::1", ("2001:db8::1", 0)),
        ("[2001:db8::1]:4711", ("2001:db8::1", 4711)),
        ("192.0.2.9:99999", ("192.0.2.9", 0)),
        ("", None),
        ("192.0.2.9, ", None),
    ],
)
@pytest.mark.parametrize("kind", ["alb", "alb_multiple"])
def test_the_client_of_a_load_balancer(kind: str, forwarded: str, client: tuple[str, int] | None) -> None:
    assert of(kind, ("x-forwarded-for", forwarded))["client"] == client


@pytest.mark.parametrize("kind", ["rest", "http_v1", "http_v2", "function_url"])
def test_nobody_makes_up_the_client_of_a_gateway(kind: str) -> None:
    assert of(kind, ("x-forwarded-for", "10.0.0.1, 10.0.0.2"))["client"] == ("192.0.2.1", 0)


@pytest.mark.parametrize("kind", ["rest", "http_v1"])
@pytest.mark.parametrize(
    ("multiple", "single", "query"),
    [
        ({"a": ["1", "2"], "b": [""]}, {"a": "2", "b": ""}, b"a=1&a=2&b="),
        (None, {"a": "1"}, b"a=1"),
        ({"a": [None]}, {"a": None}, b"a="),
        ({"q": ["a+b c%d&e=ä"]}, {"q": "a+b c%d&e=ä"}, b"q=a%2Bb%20c%25d%26e%3D%C3%A4"),
        ({}, {}, b""),
        (None, None, b""),
    ],
)
def test_the_query_of_payload_1_was_decoded(kind: str, multiple: Any, single: Any, query: bytes) -> None:
    sent = event(kind) | {"multiValueQueryStringParameters": multiple, "queryStringParameters": single}
    assert scope(sent)["query_string"] == query


@pytest.mark.parametrize(
    "query", [b"a=1&b=", b"q=a%2Bb+c%25d", b"q=%C3%A4", b"q=a=b", b"ids[]=1", b"q=%zz", b"t=12:30/x?y@z;w,v~!"]
)
def test_the_query_of_a_load_balancer_is_as_it_was_sent(query: bytes) -> None:
    pairs = dict(part.split("=", 1) for part in query.decode().split("&"))
    single = event("alb") | {"queryStringParameters": pairs}
    multiple = event("alb_multiple") | {"multiValueQueryStringParameters": {n: [v] for n, v in pairs.items()}}
    assert scope(single)["query_string"] == scope(multiple)["query_string"] == query


def test_values_of_one_name_behind_a_load_balancer() -> None:
    sent = event("alb_multiple", query=[("a", "1"), ("a", "2")])
    assert scope(sent)["query_string"] == b"a=1&a=2"


@pytest.mark.parametrize("kind", ["http_v2", "function_url"])
@pytest.mark.parametrize(
    ("raw", "query"),
    [("a=1&a=2&b", b"a=1&a=2&b"), ("q=%2B+%zz", b"q=%2B+%zz"), ("q=ä", b"q=%C3%A4"), ("", b""), (None, b"")],
)
def test_the_query_of_payload_2_is_as_it_was_sent(kind: str, raw: str | None, query: bytes) -> None:
    assert scope(event(kind) | {"rawQueryString": raw})["query_string"] == query


def test_names_that_nobody_uses_again_fill_no_memory() -> None:
    for number in range(2 * MAX_NAMES):
        of("http_v2", (f"x-{number}", "1"))
    assert len(_NAMES) <= MAX_NAMES
