from __future__ import annotations

import json
from typing import Any

import pytest

from lambda_cors_kit.local.gateway import API
from lambda_cors_kit.local.invocation import EVENT_TOO_LARGE, FunctionError
from lambda_cors_kit.payloads.messages import Request, Response
from tests.local.support import Function, gateway, get

ALLOWED = "https://app.example.com"
ORIGIN = ("Origin", ALLOWED)
PREFLIGHT = (ORIGIN, ("Access-Control-Request-Method", "PUT"))
CORS = {
    "allow_origins": [ALLOWED],
    "allow_methods": ["GET", "PUT"],
    "allow_headers": ["content-type"],
    "expose_headers": ["x-total"],
    "max_age": 600,
}
OK = {"statusCode": 200, "body": "fine"}
SIGNED = ("Authorization", "AWS4-HMAC-SHA256 Credential=AKIA/20250101/us-east-1/lambda/aws4_request")


def url(function: Function, **changes: Any) -> API:
    return gateway(function, gateway="function_url", **changes)


def cors_of(response: Response) -> list[tuple[str, str]]:
    return sorted(
        (name.lower(), value) for name, value in response.headers if name.lower().startswith("access-control-")
    )


def test_the_event_is_payload_2_with_the_urls_domain() -> None:
    function = Function(OK)
    response = get(url(function), "/a%20b?x=1", ("Cookie", "a=1; b=2"), method="POST", body=b"\xff")

    event = function.events[0]
    assert (event["version"], event["routeKey"]) == ("2.0", "$default")
    assert (event["rawPath"], event["rawQueryString"]) == ("/a%20b", "x=1")
    assert (event["cookies"], event["isBase64Encoded"]) == (["a=1", "b=2"], True)
    context = event["requestContext"]
    assert (context["domainName"], context["domainPrefix"], context["apiId"]) == (
        "abc123.lambda-url.us-east-1.on.aws",
        "abc123",
        "abc123",
    )
    assert (context["stage"], context["accountId"]) == ("$default", "123456789012")
    assert response.header("x-amzn-requestid") == context["requestId"]


@pytest.mark.parametrize("authorization", ["NONE", "AWS_IAM"])
def test_a_preflight_is_answered_by_the_configuration_alone(authorization: str) -> None:
    function = Function({"statusCode": 403, "headers": {"access-control-allow-origin": "https://else.example"}})
    response = get(url(function, cors=CORS, authorization=authorization), "/x", *PREFLIGHT, method="OPTIONS")

    assert 200 <= response.status < 300
    assert cors_of(response) == [
        ("access-control-allow-headers", "content-type"),
        ("access-control-allow-methods", "GET,PUT"),
        ("access-control-allow-origin", ALLOWED),
        ("access-control-max-age", "600"),
    ]
    assert function.events == []


def test_on_other_responses_both_sets_are_sent() -> None:
    function = Function({"statusCode": 200, "headers": {"access-control-allow-origin": ALLOWED}})
    response = get(url(function, cors=CORS), "/", ORIGIN)

    assert cors_of(response) == [
        ("access-control-allow-origin", ALLOWED),
        ("access-control-allow-origin", ALLOWED),
        ("access-control-expose-headers", "x-total"),
    ]


@pytest.mark.parametrize("origin", ["https://else.example", "https://app.example.com:8443", ""])
def test_another_origin_gets_what_the_function_says(origin: str) -> None:
    function = Function({"statusCode": 200, "headers": {"access-control-allow-origin": "*"}})
    api = url(function, cors=CORS)

    assert cors_of(get(api, "/", ("Origin", origin), PREFLIGHT[1], method="OPTIONS")) == []
    assert function.events == []
    assert cors_of(get(api, "/", ("Origin", origin))) == [("access-control-allow-origin", "*")]


def test_a_star_is_answered_with_the_requests_origin() -> None:
    api = url(Function(OK), cors={"allow_origins": ["*"], "allow_methods": ["*"], "allow_credentials": True})

    for headers, method in ((PREFLIGHT, "OPTIONS"), ((ORIGIN,), "GET")):
        found = dict(cors_of(get(api, "/", *headers, method=method)))
        assert found["access-control-allow-origin"] == ALLOWED
        assert found["access-control-allow-credentials"] == "true"
    assert cors_of(get(api, "/")) == []


def test_without_a_configuration_everything_reaches_the_function() -> None:
    function = Function({"statusCode": 204, "headers": {"access-control-allow-origin": ALLOWED}})
    response = get(url(function), "/", *PREFLIGHT, method="OPTIONS")

    assert (response.status, cors_of(response)) == (204, [("access-control-allow-origin", ALLOWED)])
    assert len(function.events) == 1


@pytest.mark.parametrize("cors", [None, CORS])
def test_iam_wants_a_signature(cors: dict[str, Any] | None) -> None:
    function = Function(OK)
    api = url(function, cors=cors, authorization="AWS_IAM")

    for headers in ((ORIGIN,), (ORIGIN, ("Authorization", "Bearer x"))):
        response = get(api, "/", *headers)
        assert (response.status, json.loads(response.body)) == (403, {"Message": "Forbidden"})
        assert cors_of(response) == []
    assert get(api, "/", ORIGIN, method="OPTIONS").status == 403
    assert function.events == []
    assert get(api, "/", ORIGIN, SIGNED).status == 200


def test_iam_without_a_configuration_refuses_every_preflight() -> None:
    function = Function(OK)

    assert get(url(function, authorization="AWS_IAM"), "/", *PREFLIGHT, method="OPTIONS").status == 403
    assert function.events == []


@pytest.mark.parametrize("answer", [FunctionError("ValueError", "the secret"), b"no json", {"statusCode": 99}])
def test_a_function_that_fails_is_502_and_discloses_nothing(answer: object) -> None:
    response = get(url(Function(answer), cors=CORS), "/", ORIGIN)

    assert response.status == 502
    assert b"secret" not in response.body
    assert cors_of(response) == []


def test_limits() -> None:
    function = Function(OK)
    api = url(function, cors=CORS)

    assert (api.body_limit, api.prefix) == (6 * 1024 * 1024, "")
    assert api(Request("POST", "/", (("Host", "h"), ORIGIN), b"x", truncated=True)).status == 413
    assert function.events == []
    assert get(url(Function(FunctionError(EVENT_TOO_LARGE, ""))), "/").status == 413


def test_a_response_without_a_status_is_inferred() -> None:
    response = get(url(Function(b'"text"')), "/")

    assert (response.status, response.body) == (200, b'"text"')
    assert response.header("content-type") == "application/json"
