"""CORSHandler: the policy on every answer, for every kind of event."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from starlette._utils import get_route_path

from lambda_cors_kit import CORSHandler, CORSPolicy, PolicyError
from lambda_cors_kit.decision import MAX_KEPT, Decision
from lambda_cors_kit.environment import VARIABLE, write_environment
from lambda_cors_kit.payloads.events import UnknownEventError
from tests.handler.conftest import Serve
from tests.handler.samples import KINDS, ORIGIN, POLICY, answering, event, header_lines, preflight, told

CORS_OF_ACTUAL = {
    ("access-control-allow-origin", ORIGIN),
    ("access-control-allow-credentials", "true"),
    ("access-control-expose-headers", "etag"),
    ("vary", "Origin"),
}


def cors_lines(result: dict[str, Any]) -> set[tuple[str, str]]:
    lines = [(n, v) for n, v in header_lines(result) if n == "vary" or n.startswith("access-control-")]
    assert len(lines) == len({name for name, _ in lines})
    return set(lines)


@pytest.mark.parametrize("kind", KINDS)
class TestEveryKindOfEvent:
    def test_an_allowed_preflight_never_reaches_the_app(self, kind: str, serve: Serve) -> None:
        async def app(scope: Any, receive: Any, send: Any) -> None:
            raise AssertionError("the app was called")

        result = serve(app, lifespan="off")(preflight(kind, headers="content-type"), None)
        assert (result["statusCode"], result["body"], result["isBase64Encoded"]) == (204, "", False)
        assert dict(header_lines(result)) == {
            "access-control-allow-origin": ORIGIN,
            "access-control-allow-credentials": "true",
            "access-control-allow-methods": "PUT",
            "access-control-allow-headers": "authorization,content-type",
            "access-control-max-age": "7200",
            "vary": "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
        }

    def test_a_refused_preflight_says_nothing(self, kind: str, serve: Serve) -> None:
        result = serve(answering())(preflight(kind, origin="https://evil.test"), None)
        assert result["statusCode"] == 403
        assert [name for name, _ in header_lines(result)] == ["vary"]

    def test_an_actual_response_carries_the_policy(self, kind: str, serve: Serve) -> None:
        result = serve(answering())(event(kind), None)
        assert (result["statusCode"], result["body"]) == (200, "app")
        assert cors_lines(result) == CORS_OF_ACTUAL

    def test_the_headers_of_the_app_are_replaced(self, kind: str, serve: Serve) -> None:
        own = [
            (b"Access-Control-Allow-Origin", b"*"),
            (b"access-control-allow-origin", b"https://evil.test"),
            (b"access-control-max-age", b"1"),
            (b"Vary", b"Accept"),
            (b"vary", b"origin, Cookie"),
            (b"vary-by", b"kept"),
            (b"set-cookie", b"a=1"),
            (b"set-cookie", b"b=2"),
        ]
        result = serve(answering(own))(event(kind), None)
        assert cors_lines(result) == (CORS_OF_ACTUAL - {("vary", "Origin")}) | {("vary", "Accept, Cookie, Origin")}
        cookies = [value for name, value in header_lines(result) if name == "set-cookie"]
        assert sorted(cookies + result.get("cookies", [])) == ["a=1", "b=2"]
        assert ("vary-by", "kept") in header_lines(result)

    def test_a_refused_origin_gets_the_answer_without_a_header(self, kind: str, serve: Serve) -> None:
        app = answering([(b"access-control-allow-origin", b"https://evil.test")])
        result = serve(app)(event(kind, headers=[("Host", "a.test"), ("Origin", "https://evil.test")]), None)
        assert (result["statusCode"], result["body"] != "") == (200, True)
        assert cors_lines(result) == {("vary", "Origin")}

    def test_without_an_origin_only_vary(self, kind: str, serve: Serve) -> None:
        result = serve(answering())(event(kind, headers=[("host", "a.test")]), None)
        assert cors_lines(result) == {("vary", "Origin")}

    def test_options_that_is_no_preflight_reaches_the_app(self, kind: str, serve: Serve) -> None:
        result = serve(answering())(event(kind, "OPTIONS"), None)
        assert result["body"] == "app"
        assert cors_lines(result) == CORS_OF_ACTUAL

    def test_a_crash_is_a_500_that_the_page_can_read(
        self, kind: str, serve: Serve, caplog: pytest.LogCaptureFixture
    ) -> None:
        async def app(scope: Any, receive: Any, send: Any) -> None:
            raise ZeroDivisionError("a secret")

        result = serve(app, lifespan="off")(event(kind), None)
        assert (result["statusCode"], result["body"]) == (500, "Internal Server Error")
        assert cors_lines(result) == CORS_OF_ACTUAL
        assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [ZeroDivisionError]

    def test_a_static_wildcard_needs_no_vary(self, kind: str, serve: Serve) -> None:
        handler = serve(answering([(b"vary", b"Accept")]), policy=CORSPolicy(["*"]))
        for headers in ([("host", "a.test")], [("host", "a.test"), ("origin", "https://any.test")]):
            result = handler(event(kind, headers=headers), None)
            assert cors_lines(result) == {("access-control-allow-origin", "*"), ("vary", "Accept")}


@pytest.mark.parametrize("spelling", ["origin", "Origin", "ORIGIN"])
@pytest.mark.parametrize("kind", ["rest", "alb", "alb_multiple"])
def test_header_names_in_any_case(kind: str, spelling: str, serve: Serve) -> None:
    result = serve(answering())(event(kind, headers=[("Host", "a.test"), (spelling, ORIGIN)]), None)
    assert ("access-control-allow-origin", ORIGIN) in header_lines(result)


def test_capital_letters_in_payload_2() -> None:
    sent = event("http_v2")
    sent["headers"] = {"Host": "a.test", "Origin": ORIGIN}
    handler = CORSHandler(answering(), policy=POLICY)
    assert ("access-control-allow-origin", ORIGIN) in header_lines(handler(sent, None))


def test_what_is_kept_of_answers_is_bounded_and_never_another_origins(serve: Serve) -> None:
    policy = CORSPolicy(["https://*.example.com"], allow_credentials=True)
    handler = serve(answering([(b"content-length", b"3")]), policy=policy)
    for number in range(300):
        for origin in (f"https://a{number}.example.com", f"https://a{number}.example.org", ORIGIN):
            result = handler(event("http_v2", headers=[("host", "a.test"), ("origin", origin)]), None)
            assert result["headers"].get("access-control-allow-origin") == (
                origin if origin.endswith(".com") else None
            )
    decision = handler._writing
    assert isinstance(decision, Decision)
    assert len(decision._kept) == MAX_KEPT
    assert all(kept.get("access-control-allow-origin") == origin for origin, kept in decision._kept.items())


def test_two_origin_lines_are_no_origin(serve: Serve) -> None:
    lines = [("host", "a.test"), ("origin", ORIGIN), ("origin", ORIGIN)]
    assert cors_lines(serve(answering())(event("rest", headers=lines), None)) == {("vary", "Origin")}


OWN = [(b"access-control-allow-origin", b"*"), (b"vary", b"Accept"), (b"content-type", b"text/plain")]


def test_without_cors_everything_passes_through(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, write_environment("none", None))
    handler = serve(answering(OWN), policy=None)
    for sent in (event("http_v2"), preflight("http_v2")):
        assert handler(sent, None) == {
            "statusCode": 200,
            "body": "app",
            "headers": {"access-control-allow-origin": "*", "vary": "Accept", "content-type": "text/plain"},
            "isBase64Encoded": False,
        }


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("policy", "features", "vary"),
    [
        (None, {}, "Accept, Origin"),
        (None, {"vary": False}, "Accept"),
        # A module of an older release sends the policy as well.
        (POLICY.to_dict(), {}, "Accept, Origin"),
        (CORSPolicy(["*"]).to_dict(), {}, "Accept"),
    ],
)
def test_where_the_gateway_writes_the_function_writes_vary_alone(
    kind: str, policy: Any, features: dict[str, Any], vary: str, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, write_environment("gateway", policy, **features))
    handler = serve(answering(OWN), policy=None)
    for sent in (event(kind), preflight(kind), event(kind, headers=[("host", "a.test")])):
        result = handler(sent, None)
        assert (result["statusCode"], result["body"]) == (200, "app")
        assert cors_lines(result) == {("vary", vary)}


def test_a_policy_beside_a_gateway_that_writes_is_refused(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, write_environment("gateway", None))
    with pytest.raises(PolicyError, match="two_writers") as caught:
        serve(answering())(event("http_v2"), None)
    assert "leave policy= out" in str(caught.value)


def test_a_policy_beside_no_cors_is_the_one_writer(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, write_environment("none", None))
    assert cors_lines(serve(answering())(event("http_v2"), None)) == CORS_OF_ACTUAL


UNKNOWN: dict[str, Any] = {
    "nothing": None,
    "a list": [1],
    "an empty object": {},
    "the console's test": {"key1": "value1"},
    "a queue": {"Records": [{"eventSource": "aws:sqs", "body": "{}"}]},
    "a schedule": {"version": "0", "source": "aws.events", "detail": {}},
    "a WebSocket": {"requestContext": {"connectionId": "a", "eventType": "CONNECT"}, "isBase64Encoded": False},
    "a lattice": {"version": "2.0", "path": "/", "method": "GET", "requestContext": {"serviceArn": "a"}},
    "an authorizer of a REST API": {**event("rest"), "type": "REQUEST", "methodArn": "arn:aws:execute-api:a"},
    "an authorizer of an HTTP API": {**event("http_v2"), "type": "REQUEST", "routeArn": "arn:aws:execute-api:a"},
    "a context that is none": {**event("rest"), "requestContext": 1},
    "a method that is none": {**event("rest"), "httpMethod": None},
    "CloudFront": {"Records": [{"cf": {"request": {"method": "GET", "uri": "/", "headers": {}}}}]},
}


@pytest.mark.parametrize("what", UNKNOWN)
def test_any_other_event_is_refused_in_words(what: str, serve: Serve) -> None:
    with pytest.raises(UnknownEventError, match="this event is no HTTP request") as caught:
        serve(answering())(UNKNOWN[what], None)
    assert len(str(caught.value)) < 500


def test_the_refusal_names_the_source_of_records(serve: Serve) -> None:
    with pytest.raises(UnknownEventError, match='records of "aws:sqs"'):
        serve(answering())(UNKNOWN["a queue"], None)


class Greeting:
    """A kind of event of somebody's own, as Mangum's documentation shows it."""

    def __init__(self, event: Any, context: Any, config: Any) -> None:
        self.event, self.context, self.config = event, context, config

    @classmethod
    def infer(cls, event: Any, context: Any, config: Any) -> bool:
        return isinstance(event, dict) and "greeting" in event

    @property
    def body(self) -> bytes:
        return b""

    @property
    def scope(self) -> dict[str, Any]:
        return {"type": "http", "method": "GET", "path": self.config["api_gateway_base_path"], "headers": []}

    def __call__(self, response: Any) -> dict[str, Any]:
        return {"said": response["body"].decode(), "to": self.event["greeting"]}


def test_custom_handlers_answer_their_own_events(serve: Serve) -> None:
    handler = serve(answering(), custom_handlers=[Greeting])
    assert handler({"greeting": "you"}, None) == {"said": "app", "to": "you"}
    assert cors_lines(handler(event("rest"), None)) == CORS_OF_ACTUAL
    with pytest.raises(UnknownEventError):
        handler({"farewell": "you"}, None)


def test_custom_handlers_come_first(serve: Serve) -> None:
    handler = serve(answering(), custom_handlers=[Greeting])
    result = handler({**event("rest"), "greeting": "you"}, None)
    assert (result["said"], result["headers"]["access-control-allow-origin"]) == ("app", ORIGIN)


def test_the_other_options_are_mangums(serve: Serve) -> None:
    app = answering([(b"content-type", b"application/x-own"), (b"server", b"secret")])
    handler = serve(app, text_mime_types=["application/x-own"], exclude_headers=["Server"])
    result = handler(event("rest"), None)
    assert (result["body"], result["isBase64Encoded"]) == ("app", False)
    assert "server" not in dict(header_lines(result))
    with pytest.raises(TypeError, match="api_gateway_basepath"):
        CORSHandler(app, policy=POLICY, api_gateway_basepath="/v1")  # type: ignore[call-arg]  # what is tested


@pytest.mark.parametrize("base", ["/v1", "v1", "/v1/"])
@pytest.mark.parametrize(
    ("path", "seen"),
    [
        ("/v1/items", "/items"),
        ("/v1", "/"),
        ("/v1/", "/"),
        ("/v10/items", "/v10/items"),
        ("/v1.0", "/v1.0"),
        ("/items/v1", "/items/v1"),
        ("/v1/v1", "/v1"),
        ("/v1/a%20b", "/a b"),
    ],
)
@pytest.mark.parametrize("kind", ["rest", "http_v1", "http_v2", "function_url"])
def test_a_base_path_ends_where_a_segment_ends(kind: str, base: str, path: str, seen: str, serve: Serve) -> None:
    paths: list[tuple[str, str]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        paths.append((scope["path"], get_route_path(scope)))
        await answering()(scope, receive, send)

    serve(app, lifespan="off", api_gateway_base_path=base)(event(kind, path=path), None)
    # The path is whole, as ASGI has it; what is routed by is without its root_path.
    whole = path if kind.startswith("http") else path.replace("%20", " ")
    [(given, routed)] = paths
    assert given in (whole, f"{whole}/")
    assert routed == (seen.replace(" ", "%20") if kind.startswith("http") else seen)


MALFORMED: dict[str, tuple[str, dict[str, Any], int]] = {
    "a header that is no text": ("http_v2", {"headers": {"host": "a", "x": 1}}, 500),
    "headers that are a list": ("http_v2", {"headers": ["a"]}, 500),
    "no path": ("rest", {"path": ...}, 500),
    "a body that is no base64": ("http_v2", {"body": "a", "isBase64Encoded": True}, 400),
    "a body that is no text": ("http_v2", {"body": {"a": 1}}, 500),
    "a path with half a character": ("http_v2", {"rawQueryString": "\ud800"}, 400),
}
SANE: dict[str, tuple[str, dict[str, Any]]] = {
    "headers null": ("http_v2", {"headers": None}),
    "headers null for a load balancer": ("alb", {"headers": None}),
    "headers null for a REST API": ("rest", {"headers": None, "multiValueHeaders": None}),
    "multiValueHeaders null": ("alb_multiple", {"multiValueHeaders": None}),
    "no source": ("http_v2", {"requestContext": {"http": {"method": "GET", "path": "/"}}}),
    "a Host with two ports": ("http_v2", {"headers": {"host": "a:b:c", "origin": ORIGIN}}),
    "a Host with a port that is none": ("rest", {"multiValueHeaders": {"host": ["a:b"], "origin": [ORIGIN]}}),
}


@pytest.mark.parametrize("what", SANE)
def test_what_is_odd_in_an_event_is_no_error(what: str, serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    kind, changes = SANE[what]
    assert serve(answering())({**event(kind), **changes}, None)["statusCode"] == 200
    assert not told(caplog)


@pytest.mark.parametrize("what", MALFORMED)
def test_a_malformed_event_is_answered_and_logged(
    what: str, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    kind, changes, status = MALFORMED[what]
    sent = {name: value for name, value in {**event(kind), **changes}.items() if value is not ...}
    result = serve(answering())(sent, None)
    assert result["statusCode"] == status
    assert result["body"] in ("Bad Request", "Internal Server Error")
    assert ("vary", "Origin") in header_lines(result)
    readable = ("access-control-allow-origin", ORIGIN) in header_lines(result)
    assert readable == (ORIGIN in str((sent.get("headers"), sent.get("multiValueHeaders"))))
    [record] = told(caplog)
    expected = (logging.ERROR, True) if status == 500 else (logging.WARNING, False)
    assert (record.levelno, bool(record.exc_info)) == expected


def test_a_log_line_stays_one_line(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    serve(answering())({**event("http_v2"), "rawQueryString": "\ud800\n" + "ERROR forged " * 99}, None)
    [message] = [record.getMessage() for record in told(caplog)]
    assert "\n" not in message
    assert len(message) < 200


@pytest.mark.parametrize("kind", KINDS)
def test_header_bytes_are_latin_1(kind: str, serve: Serve) -> None:
    result = serve(answering([(b"X-Name", b"caf\xe9")]))(event(kind), None)
    assert ("x-name", "caf\xe9") in header_lines(result)


UNSENDABLE: dict[str, tuple[int, tuple[bytes, bytes]]] = {
    "a status below": (199, (b"x-a", b"1")),
    "a status above": (600, (b"x-a", b"1")),
    "a line feed": (200, (b"x-a", b"1\nset-cookie: a=b")),
    "a carriage return": (200, (b"x-a", b"1\r2")),
    "a zero byte": (200, (b"x-a", b"\x00")),
    "a delete": (200, (b"x-a", b"\x7f")),
    "a name with a space": (200, (b"x a", b"1")),
    "no name": (200, (b"", b"1")),
    "a name beyond ASCII": (200, (b"x-\xe9", b"1")),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("what", UNSENDABLE)
def test_what_no_gateway_takes_is_a_readable_500(
    what: str, kind: str, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    status, line = UNSENDABLE[what]
    result = serve(answering([line], status=status))(event(kind), None)
    assert (result["statusCode"], result["body"]) == (500, "Internal Server Error")
    assert cors_lines(result) == CORS_OF_ACTUAL
    [record] = told(caplog)
    assert record.levelno == logging.ERROR
    assert "cannot be sent" in record.message
