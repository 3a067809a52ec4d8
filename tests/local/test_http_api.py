from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from lambda_cors_kit.deployed import HttpAPI, HttpIntegration, Route
from lambda_cors_kit.local.http_api import select
from lambda_cors_kit.local.invocation import EVENT_TOO_LARGE, FunctionError
from lambda_cors_kit.payloads.messages import Request, Response
from tests.local.support import Function, gateway, get, http_api, message

ALLOWED = "https://app.example.com"
ORIGIN = ("Origin", ALLOWED)
PREFLIGHT = (ORIGIN, ("Access-Control-Request-Method", "PUT"))
CORS = {
    "allow_origins": [ALLOWED, "https://other.example.com"],
    "allow_methods": ["GET", "PUT"],
    "allow_headers": ["authorization", "content-type"],
    "expose_headers": ["x-total"],
    "allow_credentials": True,
    "max_age": 600,
}
OK = {"statusCode": 200, "body": "fine"}
EXPLICIT = {f"{method} {path}": "JWT" for method in ("GET", "PUT") for path in ("/", "/{proxy+}")}


def cors_of(response: Response) -> dict[str, str]:
    names = [name.lower() for name, _ in response.headers if name.lower().startswith("access-control-")]
    assert len(names) == len(set(names))
    return {name.lower(): value for name, value in response.headers if name.lower().startswith("access-control-")}


class TestRouting:
    @pytest.mark.parametrize(
        ("method", "path", "key", "parameters"),
        [
            ("GET", "/pets/dog/1", "GET /pets/dog/1", {}),
            ("GET", "/pets/dog/2", "GET /pets/dog/{id}", {"id": "2"}),
            ("GET", "/pets/cat/1", "GET /pets/{proxy+}", {"proxy": "cat/1"}),
            ("GET", "/pets/a%20b", "GET /pets/{proxy+}", {"proxy": "a b"}),
            ("POST", "/pets/dog/1", "ANY /{proxy+}", {"proxy": "pets/dog/1"}),
            ("POST", "/both", "POST /both", {}),
            ("PUT", "/both", "ANY /both", {}),
            ("GET", "/", "$default", {}),
        ],
    )
    def test_the_closest_route_wins(self, method: str, path: str, key: str, parameters: dict[str, str]) -> None:
        keys = [
            "$default",
            "ANY /{proxy+}",
            "GET /pets/{proxy+}",
            "GET /pets/dog/{id}",
            "GET /pets/dog/1",
            "ANY /both",
            "POST /both",
        ]
        found = select(tuple(Route(each) for each in keys), method, path)

        assert found is not None
        assert (found[0].key, found[1]) == (key, parameters)

    def test_a_greedy_path_needs_a_segment(self) -> None:
        response = get(gateway(Function(OK), http_api(routes={"ANY /{proxy+}": "NONE"})), "/")

        assert (response.status, message(response)) == (404, "Not Found")

    def test_a_named_stage_stands_in_the_path(self) -> None:
        function = Function(OK)
        api = gateway(function, http_api(stage="v1"))

        assert api.prefix == "/v1"
        assert get(api, "/v1/items?x=1").status == 200
        event = function.events[0]
        assert (event["rawPath"], event["requestContext"]["http"]["path"]) == ("/v1/items", "/v1/items")
        assert event["requestContext"]["stage"] == "v1"
        for outside in ("/", "/items", "/v10/items"):
            response = get(api, outside)
            assert (response.status, message(response)) == (404, "Not Found")

    def test_the_default_stage_does_not(self) -> None:
        function = Function(OK)
        api = gateway(function, http_api())

        assert api.prefix == ""
        assert get(api, "/items").status == 200
        assert function.events[0]["rawPath"] == "/items"


def test_the_event_is_payload_2() -> None:
    function = Function(OK)
    headers = (("Cookie", "a=1; b=2"), ("X-One", "1"), ("x-one", "2"), ("Content-Type", "image/png"))
    api = gateway(
        function, replace(http_api(routes={"ANY /{proxy+}": "NONE"}), stage_variables={"team": "orders"})
    )
    response = get(api, "/a%20b?x=1&x=2", *headers, method="POST", body=b"\x89")

    event = function.events[0]
    assert (event["version"], event["routeKey"]) == ("2.0", "ANY /{proxy+}")
    assert (event["rawPath"], event["rawQueryString"]) == ("/a b", "x=1&x=2")
    assert (event["queryStringParameters"], event["pathParameters"]) == ({"x": "1,2"}, {"proxy": "a b"})
    assert (event["cookies"], event["headers"]["x-one"]) == (["a=1", "b=2"], "1,2")
    assert (event["body"], event["isBase64Encoded"]) == ("iQ==", True)
    assert event["stageVariables"] == {"team": "orders"}
    context = event["requestContext"]
    assert (context["accountId"], context["apiId"], context["routeKey"]) == (
        "123456789012",
        "apiapi",
        "ANY /{proxy+}",
    )
    assert (context["http"]["method"], context["domainName"]) == ("POST", "127.0.0.1")
    assert response.header("apigw-requestid") == context["requestId"]


class TestPreflight:
    @pytest.mark.parametrize(
        "routes",
        [
            {"$default": "NONE"},
            {"ANY /": "NONE", "ANY /{proxy+}": "NONE"},
            {"OPTIONS /{proxy+}": "NONE", "$default": "JWT"},
            EXPLICIT,
        ],
    )
    def test_the_gateway_answers_by_itself(self, routes: dict[str, str]) -> None:
        function = Function(OK)
        response = get(gateway(function, http_api(cors=CORS, routes=routes)), "/x", *PREFLIGHT, method="OPTIONS")

        assert 200 <= response.status < 300
        assert cors_of(response) == {
            "access-control-allow-origin": ALLOWED,
            "access-control-allow-credentials": "true",
            "access-control-allow-methods": "GET,PUT",
            "access-control-allow-headers": "authorization,content-type",
            "access-control-max-age": "600",
        }
        assert (response.body, function.events) == (b"", [])

    @pytest.mark.parametrize("authorization", ["JWT", "AWS_IAM"])
    @pytest.mark.parametrize("key", ["$default", "ANY /{proxy+}"])
    def test_a_route_with_an_authorizer_that_catches_options_refuses_it(
        self, key: str, authorization: str
    ) -> None:
        function = Function(OK)
        api = gateway(function, http_api(cors=CORS, routes={key: authorization}))
        response = get(api, "/items", *PREFLIGHT, method="OPTIONS")

        assert response.status in (401, 403)
        assert (cors_of(response), function.events) == ({}, [])

    @pytest.mark.parametrize(
        "origin", ["https://app.example.com.evil.example", "https://APP.example.com", "http://app.example.com", ""]
    )
    def test_another_origin_gets_no_header(self, origin: str) -> None:
        function = Function(OK)
        api = gateway(function, http_api(cors=CORS))
        preflight = (("Origin", origin), PREFLIGHT[1])

        assert cors_of(get(api, "/", *preflight, method="OPTIONS")) == {}
        assert cors_of(get(api, "/", ("Origin", origin))) == {}
        assert len(function.events) == 1

    @pytest.mark.parametrize(
        ("allowed", "origin", "written"),
        [
            ("*", "https://a.example", "*"),
            ("*", "null", "*"),
            ("https://*", "https://a.example", "https://a.example"),
            ("https://*", "http://a.example", None),
            ("http://*", "http://localhost:3000", "http://localhost:3000"),
            ("https://*.example.com", "https://a.example.com", None),
        ],
    )
    def test_wildcards_are_the_documented_three(self, allowed: str, origin: str, written: str | None) -> None:
        api = gateway(Function(OK), http_api(cors={"allow_origins": [allowed], "allow_methods": ["*"]}))
        response = get(api, "/", ("Origin", origin), PREFLIGHT[1], method="OPTIONS")

        assert cors_of(response).get("access-control-allow-origin") == written

    def test_other_options_requests_go_to_their_route(self) -> None:
        function = Function(OK)
        api = gateway(function, http_api(cors=CORS))

        response = get(api, "/", ORIGIN, method="OPTIONS")
        assert (response.body, cors_of(response)) == (b"fine", {})
        assert get(api, "/", PREFLIGHT[1], method="OPTIONS").body == b"fine"
        assert get(gateway(function, http_api(cors=CORS, routes=EXPLICIT)), "/", method="OPTIONS").status == 404
        assert len(function.events) == 2

    def test_without_a_configuration_the_function_answers(self) -> None:
        answer = {"statusCode": 204, "headers": {"access-control-allow-origin": ALLOWED}}
        function = Function(answer)
        routes = EXPLICIT | {"OPTIONS /": "NONE", "OPTIONS /{proxy+}": "NONE"}
        response = get(gateway(function, http_api(routes=routes)), "/items", *PREFLIGHT, method="OPTIONS")

        assert (response.status, cors_of(response)) == (204, {"access-control-allow-origin": ALLOWED})
        assert function.events[0]["routeKey"] == "OPTIONS /{proxy+}"


class TestActualResponse:
    APP: Mapping[str, Any] = {
        "statusCode": 500,
        "headers": {"access-control-allow-origin": "*", "Access-Control-Max-Age": "1", "vary": "origin"},
        "cookies": ["a=1", "b=2"],
    }

    def test_the_gateways_headers_replace_the_functions(self) -> None:
        response = get(gateway(Function(self.APP), http_api(cors=CORS)), "/", ORIGIN)

        assert response.status == 500
        assert cors_of(response) == {
            "access-control-allow-origin": ALLOWED,
            "access-control-allow-credentials": "true",
            "access-control-expose-headers": "x-total",
        }
        assert response.header("vary") == "origin"
        assert [value for name, value in response.headers if name == "set-cookie"] == ["a=1", "b=2"]

    def test_a_request_without_an_origin_gets_none(self) -> None:
        assert cors_of(get(gateway(Function(self.APP), http_api(cors=CORS)), "/")) == {}

    def test_without_a_configuration_the_functions_stay(self) -> None:
        response = get(gateway(Function(self.APP), http_api()), "/", ORIGIN)

        assert cors_of(response) == {"access-control-allow-origin": "*", "access-control-max-age": "1"}


class TestErrors:
    def bare(self, response: Response, status: int, words: str) -> None:
        assert (response.status, message(response)) == (status, words)
        assert cors_of(response) == {}
        assert response.header("apigw-requestid")

    @pytest.mark.parametrize(
        ("authorization", "status", "words", "target", "headers"),
        [
            ("JWT", 401, "Unauthorized", "/", (("Authorization", "Bearer x"),)),
            ("CUSTOM", 401, "Unauthorized", "/?token=x", ()),
            ("AWS_IAM", 403, "Forbidden", "/", (("Authorization", "AWS4-HMAC-SHA256 x"),)),
        ],
    )
    def test_a_request_without_credentials(
        self, authorization: str, status: int, words: str, target: str, headers: tuple[tuple[str, str], ...]
    ) -> None:
        function = Function(OK)
        api = gateway(function, http_api(cors=CORS, routes={"GET /": authorization}))

        self.bare(get(api, "/", ORIGIN), status, words)
        assert function.events == []
        assert get(api, target, ORIGIN, *headers).status == 200

    def test_no_route(self) -> None:
        api = gateway(Function(OK), http_api(cors=CORS, routes={"GET /items": "NONE"}))

        self.bare(get(api, "/else", ORIGIN), 404, "Not Found")
        self.bare(get(api, "/items", ORIGIN, method="PUT"), 404, "Not Found")

    @pytest.mark.parametrize(
        "answer", [FunctionError("ValueError", "the secret"), b"no json", {"statusCode": "x"}]
    )
    def test_a_function_that_fails(self, answer: object) -> None:
        response = get(gateway(Function(answer), http_api(cors=CORS)), "/", ORIGIN)

        self.bare(response, 500, "Internal Server Error")
        assert b"secret" not in response.body

    def with_integration(self, **changes: Any) -> HttpAPI:
        api = http_api(cors=CORS)
        integration = replace(api.routes[0].integration or HttpIntegration("AWS_PROXY"), **changes)
        return replace(api, routes=(replace(api.routes[0], integration=integration),))

    def test_an_answer_after_the_integration_timeout(self) -> None:
        api = gateway(Function(lambda event: None), self.with_integration(timeout=0.01))

        self.bare(get(api, "/", ORIGIN), 503, "Service Unavailable")

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"type": "HTTP_PROXY"}, "HTTP_PROXY with payload 2.0"),
            ({"payload_format_version": "1.0"}, "AWS_PROXY with payload 1.0"),
        ],
    )
    def test_an_integration_that_is_not_run_here(
        self, changes: dict[str, str], words: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        function = Function(OK)

        self.bare(
            get(gateway(function, self.with_integration(**changes)), "/", ORIGIN), 500, "Internal Server Error"
        )
        assert function.events == []
        assert f" has {words}; not run here" in capsys.readouterr().err

    def test_a_route_without_an_integration(self, capsys: pytest.CaptureFixture[str]) -> None:
        api = http_api(cors=CORS)
        api = replace(api, routes=(replace(api.routes[0], integration=None),))

        self.bare(get(gateway(Function(OK), api), "/", ORIGIN), 500, "Internal Server Error")
        assert " has no integration; not run here" in capsys.readouterr().err

    def test_limits(self) -> None:
        function = Function(OK)
        api = gateway(function, http_api(cors=CORS))
        truncated = Request("POST", "/", (("Host", "h"), ORIGIN), b"x", truncated=True)

        assert api.body_limit == 10 * 1024 * 1024
        self.bare(api(truncated), 413, "Request Entity Too Large")
        self.bare(get(api, "/", ORIGIN, ("X", "x" * 10_240)), 431, "Request Header Fields Too Large")
        assert function.events == []
        too_large = gateway(Function(FunctionError(EVENT_TOO_LARGE, "")), http_api(cors=CORS))
        self.bare(get(too_large, "/", ORIGIN), 413, "Request Entity Too Large")
