from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from lambda_cors_kit.deployed import GatewayResponse, IdentitySource, Method, Resource, RestAPI
from lambda_cors_kit.local.invocation import EVENT_TOO_LARGE, FunctionError
from lambda_cors_kit.local.rest_api import match
from lambda_cors_kit.payloads.messages import Request, Response
from tests.local.support import Function, gateway, get, message, rest_api

ORIGIN = ("Origin", "https://app.example.com")
OK = {"statusCode": 200, "body": "fine"}


def with_options(deployed: RestAPI, **changes: Any) -> RestAPI:
    """The same API with other attributes of the integration behind OPTIONS."""
    resources = []
    for resource in deployed.resources:
        method = resource.methods["OPTIONS"]
        assert method.integration is not None
        changed = replace(method, integration=replace(method.integration, **changes))
        resources.append(replace(resource, methods={**resource.methods, "OPTIONS": changed}))
    return replace(deployed, resources=tuple(resources))


class TestRouting:
    @pytest.mark.parametrize("target", ["/", "/items", "/production/items", "/prodx", "/%70rod"])
    def test_a_path_outside_the_stage_is_forbidden_and_bare(self, target: str) -> None:
        response = get(gateway(Function(OK)), target, ORIGIN)

        assert (response.status, message(response)) == (403, "Forbidden")
        assert response.header("x-amzn-errortype") == "ForbiddenException"
        assert response.header("access-control-allow-origin") is None

    @pytest.mark.parametrize(
        ("target", "resource", "path", "parameters"),
        [
            ("/prod", "/", "/", None),
            ("/prod/", "/", "/", None),
            ("/prod/items", "/{proxy+}", "/items", {"proxy": "items"}),
            ("/prod/items/1/", "/{proxy+}", "/items/1/", {"proxy": "items/1"}),
            ("/prod/a%20b?x=1", "/{proxy+}", "/a%20b", {"proxy": "a%20b"}),
        ],
    )
    def test_the_stage_is_no_part_of_the_path(
        self, target: str, resource: str, path: str, parameters: Mapping[str, str] | None
    ) -> None:
        function = Function(OK)
        assert get(gateway(function), target).status == 200

        event = function.events[0]
        assert (event["resource"], event["path"], event["pathParameters"]) == (resource, path, parameters)
        assert event["requestContext"]["path"] == target.partition("?")[0]

    def test_the_most_specific_resource_wins(self) -> None:
        paths = ["/{proxy+}", "/items/{id}", "/items/all", "/items", "/"]
        resources = tuple(Resource(path, path) for path in paths)

        def found(path: str) -> tuple[str, dict[str, str]]:
            matched = match(resources, path)
            assert matched is not None
            return matched[0].path, matched[1]

        assert found("/") == ("/", {})
        assert found("/items/all") == ("/items/all", {})
        assert found("/items/7") == ("/items/{id}", {"id": "7"})
        assert found("/items/7/parts") == ("/{proxy+}", {"proxy": "items/7/parts"})
        assert found("/items") == ("/items", {})
        assert match(resources[1:], "/elsewhere") is None

    def test_no_method_is_answered_by_a_gateway_response(self) -> None:
        deployed = rest_api()
        get_only = Resource("r", "/", {"GET": Method("GET")})

        response = get(gateway(Function(OK), replace(deployed, resources=(get_only,))), "/prod", method="PUT")
        assert (response.status, message(response)) == (403, "Missing Authentication Token")
        assert response.header("x-amzn-errortype") == "MissingAuthenticationTokenException"
        assert response.header("access-control-allow-origin") == "https://app.example.com"

    def test_a_specific_method_beats_any(self) -> None:
        function = Function(OK)
        assert get(gateway(function), "/prod/items", ORIGIN, method="OPTIONS").status == 204
        assert function.events == []

    @pytest.mark.parametrize(
        ("changes", "status", "words"),
        [
            ({"authorization": "CUSTOM"}, 401, "Unauthorized"),
            (
                {"authorization": "CUSTOM", "identity_sources": (IdentitySource("header", "X-Token"),)},
                401,
                "Unauthorized",
            ),
            ({"authorization": "AWS_IAM"}, 403, "Missing Authentication Token"),
            ({"api_key_required": True}, 403, "Forbidden"),
        ],
    )
    def test_a_request_without_the_credentials_a_method_asks_for(
        self, changes: dict[str, Any], status: int, words: str
    ) -> None:
        deployed = rest_api()
        root = deployed.resources[0]
        guarded = replace(root, methods={"ANY": replace(root.methods["ANY"], **changes)})
        api = gateway(function := Function(OK), replace(deployed, resources=(guarded,)))

        response = get(api, "/prod", ORIGIN)
        assert (response.status, message(response)) == (status, words)
        assert response.header("access-control-allow-origin") == "https://app.example.com"
        assert function.events == []
        sent = [("Authorization", "AWS4-HMAC-SHA256 x"), ("x-api-key", "k"), ("x-token", "t")]
        assert get(api, "/prod", *sent).status == 200


class TestEvent:
    def event(self, target: str, *headers: tuple[str, str], **request: Any) -> Mapping[str, Any]:
        function = Function(OK)
        binary = request.pop("binary", None)
        assert get(gateway(function, binary=binary), target, *headers, **request).status == 200
        return function.events[0]

    def test_headers_and_query_come_single_and_multiple(self) -> None:
        event = self.event("/prod/x?a=1&a=2&b=&c=%C3%A9", ("X-One", "1"), ("X-One", "2"), ("cookie", "k=v"))

        assert event["headers"]["X-One"] == "2"
        assert event["multiValueHeaders"]["X-One"] == ["1", "2"]
        assert event["multiValueHeaders"]["cookie"] == ["k=v"]
        assert event["queryStringParameters"] == {"a": "2", "b": "", "c": "é"}
        assert event["multiValueQueryStringParameters"] == {"a": ["1", "2"], "b": [""], "c": ["é"]}

    def test_what_is_absent_is_null(self) -> None:
        event = self.event("/prod")

        absent = [
            "queryStringParameters",
            "multiValueQueryStringParameters",
            "pathParameters",
            "stageVariables",
            "body",
        ]
        assert [event[name] for name in absent] == [None] * 5
        assert event["isBase64Encoded"] is False

    def test_the_context_names_request_and_api(self) -> None:
        event = self.event("/prod/items", ("User-Agent", "browser"), method="PATCH")

        context = event["requestContext"]
        assert event["httpMethod"] == context["httpMethod"] == "PATCH"
        assert (context["accountId"], context["apiId"], context["stage"]) == ("123456789012", "apiapi", "prod")
        assert (context["resourceId"], context["resourcePath"]) == ("proxy", "/{proxy+}")
        assert (context["protocol"], context["domainName"]) == ("HTTP/1.1", "127.0.0.1")
        assert context["identity"]["sourceIp"] == "127.0.0.1"
        assert context["identity"]["userAgent"] == "browser"

    def test_headers_of_the_connection_stay_behind(self) -> None:
        event = self.event(
            "/prod", ("Connection", "keep-alive"), ("Content-Length", "0"), ("Origin", "https://a.b")
        )

        names = {name.lower() for name in event["headers"]}
        assert names == {"host", "origin", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto"}
        assert event["headers"]["X-Forwarded-Port"] == "8000"

    @pytest.mark.parametrize(
        ("content_type", "binary", "encoded"),
        [
            ("application/json", None, False),
            ("image/png", ["image/png"], True),
            ("image/png; q=1", ["image/*"], True),
            ("text/plain", ["image/png"], False),
            ("text/plain", ["*/*"], True),
        ],
    )
    def test_a_binary_body_is_base64(self, content_type: str, binary: list[str] | None, encoded: bool) -> None:
        headers = ("Content-Type", content_type)
        event = self.event("/prod", headers, method="POST", body=b"\x00text", binary=binary)

        body = base64.b64encode(b"\x00text").decode() if encoded else "\x00text"
        assert (event["body"], event["isBase64Encoded"]) == (body, encoded)


class TestProxyResponse:
    def answer(self, content: object, *headers: tuple[str, str], binary: list[str] | None = None) -> Response:
        return get(gateway(Function(content), binary=binary), "/prod", *headers)

    def test_status_headers_and_body(self) -> None:
        response = self.answer({"statusCode": "201", "headers": {"X-A": "b", "X-T": True}, "body": "é"})

        assert response.status == 201
        assert response.body == "é".encode()
        assert [response.header(name) for name in ("x-a", "x-t", "content-type")] == [
            "b",
            "true",
            "application/json",
        ]
        assert response.header("x-amzn-requestid")
        assert response.header("x-amzn-errortype") is None

    def test_nothing_of_it_is_required(self) -> None:
        response = self.answer({})
        assert (response.status, response.body) == (200, b"")

    def test_single_and_multiple_headers_are_merged(self) -> None:
        response = self.answer(
            {
                "statusCode": 200,
                "headers": {"Set-Cookie": "a=1", "vary": "Accept"},
                "multiValueHeaders": {"set-cookie": ["a=1", "b=2"], "Vary": ["Origin"]},
            }
        )

        lines = [(name.lower(), value) for name, value in response.headers]
        assert [value for name, value in lines if name == "set-cookie"] == ["a=1", "b=2"]
        assert sorted(value for name, value in lines if name == "vary") == ["Accept", "Origin"]

    def test_headers_that_the_gateway_keeps_are_renamed(self) -> None:
        response = self.answer({"headers": {"Date": "x", "Content-Length": "9", "Transfer-Encoding": "chunked"}})

        assert response.header("x-amzn-remapped-date") == "x"
        assert response.header("x-amzn-remapped-content-length") == "9"
        names = {name.lower() for name, _ in response.headers}
        assert names.isdisjoint({"date", "content-length", "transfer-encoding"})

    @pytest.mark.parametrize(
        ("accept", "binary", "decoded"),
        [
            ("image/png", ["image/png"], True),
            ("text/html, image/png", ["image/png"], False),
            ("text/html,image/png", ["*/*"], True),
            ("image/png", None, False),
        ],
    )
    def test_base64_is_decoded_by_the_first_type_of_accept(
        self, accept: str, binary: list[str] | None, decoded: bool
    ) -> None:
        body = base64.b64encode(b"\x89PNG").decode()
        response = self.answer({"body": body, "isBase64Encoded": True}, ("Accept", accept), binary=binary)

        assert response.body == (b"\x89PNG" if decoded else body.encode())

    @pytest.mark.parametrize(
        "content",
        [
            b"not json",
            None,
            "text",
            ["list"],
            {"statusCode": "two hundred"},
            {"statusCode": True},
            {"statusCode": 99},
            {"statusCode": 600},
            {"statusCode": None, "body": 1},
            {"body": {"an": "object"}},
            {"isBase64Encoded": "yes"},
            {"headers": ["a"]},
            {"headers": {"X": 1}},
            {"headers": {"X": "a\r\nAccess-Control-Allow-Origin: *"}},
            {"headers": {"X Y": "a"}},
            {"multiValueHeaders": {"X": [None]}},
            {"statusCode": 200, "cookies": []},
        ],
    )
    def test_what_is_no_response_is_502(self, content: object) -> None:
        response = self.answer(json.dumps(content).encode() if content != b"not json" else b"not json")

        assert (response.status, message(response)) == (502, "Internal server error")
        assert response.header("x-amzn-errortype") == "InternalServerErrorException"
        assert response.header("access-control-allow-origin") == "https://app.example.com"

    def test_base64_that_is_none_is_502(self) -> None:
        response = self.answer({"body": "%%%", "isBase64Encoded": True}, binary=["*/*"])
        assert response.status == 502

    def test_an_error_of_the_function_is_502_and_discloses_nothing(self) -> None:
        response = self.answer(FunctionError("ValueError", "the secret"))

        assert (response.status, message(response)) == (502, "Internal server error")
        assert b"secret" not in response.body
        assert response.header("access-control-allow-origin") == "https://app.example.com"

    def test_an_answer_after_the_integration_timeout_is_504(self) -> None:
        deployed = rest_api()
        root = deployed.resources[0]
        method = root.methods["ANY"]
        assert method.integration is not None
        hasty = replace(method, integration=replace(method.integration, timeout=0.01))
        hurried = replace(deployed, resources=(replace(root, methods={"ANY": hasty}),))

        response = get(gateway(Function(lambda event: None), hurried), "/prod")
        assert (response.status, message(response)) == (504, "Endpoint request timed out")
        assert response.header("access-control-allow-origin") == "https://app.example.com"


class TestLimits:
    def test_a_body_beyond_10_mb_is_413_and_never_customised(self) -> None:
        function = Function(OK)
        response = gateway(function)(Request("POST", "/prod", (("Host", "h"),), b"x", truncated=True))

        assert (response.status, message(response)) == (413, "HTTP content length exceeded 10485760 bytes.")
        assert response.header("access-control-allow-origin") is None
        assert function.events == []

    def test_an_event_beyond_what_lambda_takes_is_413(self) -> None:
        response = get(gateway(Function(FunctionError(EVENT_TOO_LARGE, ""))), "/prod")

        assert response.status == 413
        assert response.header("access-control-allow-origin") is None

    def test_headers_beyond_10240_bytes_are_431(self) -> None:
        function = Function(OK)
        assert get(gateway(function), "/prod", ("X", "x" * 10_100)).status == 200
        response = get(gateway(function), "/prod", ("X", "x" * 10_240))

        assert response.status == 431
        assert response.header("access-control-allow-origin") is None
        assert len(function.events) == 1


class TestMock:
    def preflight(self, *headers: tuple[str, str], **changes: Any) -> Response:
        deployed = with_options(rest_api(binary=changes.pop("binary", None)), **changes)
        function = Function(OK)
        response = get(gateway(function, deployed), "/prod/items", *headers, method="OPTIONS")
        assert function.events == []
        return response

    @pytest.mark.parametrize("name", ["Origin", "origin"])
    def test_the_template_sets_headers(self, name: str) -> None:
        response = self.preflight((name, "https://app.example.com"))

        assert response.status == 204
        assert response.header("access-control-allow-origin") == "https://app.example.com"
        assert response.header("vary") == "Origin"
        assert response.header("x-static") == "yes"

    def test_the_template_sets_the_status(self) -> None:
        response = self.preflight(("Origin", "https://evil.example"))

        assert response.status == 403
        assert response.header("access-control-allow-origin") is None

    def test_an_origin_in_the_query_is_no_origin(self) -> None:
        function = Function(OK)
        response = get(gateway(function), "/prod/items?Origin=https://app.example.com", method="OPTIONS")

        assert response.header("access-control-allow-origin") is None

    def test_headers_named_like_methods_of_a_map_change_nothing(self) -> None:
        names = ["get", "keySet", "values", "keys", "size", "containsKey"]
        assert self.preflight(ORIGIN, *[(name, "x") for name in names]).status == 204

    @pytest.mark.parametrize(
        ("content_type", "behavior", "status"),
        [
            ("text/plain", "NEVER", 415),
            ("text/plain", "WHEN_NO_TEMPLATES", 415),
            ("application/json; charset=utf-8", "NEVER", 204),
            ("text/plain", "WHEN_NO_MATCH", 500),
        ],
    )
    def test_the_request_template_is_chosen_by_content_type(
        self, content_type: str, behavior: str, status: int
    ) -> None:
        response = self.preflight(("Content-Type", content_type), passthrough_behavior=behavior)

        assert response.status == status
        if status == 415:
            assert message(response) == "Unsupported Media Type"

    @pytest.mark.parametrize(
        ("template", "status"),
        [
            ("{statusCode: 204}", 204),
            ('{"statusCode": "204"}', 204),
            ('#set($s = 204){"statusCode": $s}', 204),
            ("{}", 500),
            ("", 500),
            ("#if(", 500),
        ],
    )
    def test_the_request_template_gives_the_status(self, template: str, status: int) -> None:
        assert self.preflight(request_templates={"application/json": template}).status == status

    def test_an_override_of_the_request_template_reaches_the_client(self) -> None:
        template = '#set($context.responseOverride.header.X-Early = "1"){"statusCode": 204}'
        response = self.preflight(request_templates={"application/json": template})

        assert response.header("x-early") == "1"

    def respond(self, template: str, *headers: tuple[str, str], **changes: Any) -> Response:
        options = rest_api().resources[0].methods["OPTIONS"].integration
        assert options is not None
        only = replace(options.responses[0], response_templates={"application/json": template}, **changes)
        return self.preflight(*headers, responses=(only,))

    @pytest.mark.parametrize(
        "template",
        [
            "#set($context.responseOverride.header.Vary = 'a')#set($context.responseOverride.header.Vary = 'b')",
            "#set($context.responseOverride.header.Vary = 'a')#set($context.responseOverride.header.vary = 'b')",
            "#set($context.responseOverride.status = 200)#set($context.responseOverride.status = 403)",
            "#foreach($x in 5)$x#end",
            "#set($context.responseOverride.header.X = 'a\nb')",
        ],
    )
    def test_a_template_that_fails_is_500(self, template: str) -> None:
        response = self.respond(template, ORIGIN)

        assert (response.status, message(response)) == (500, "Internal server error")
        assert response.header("access-control-allow-origin") == "https://app.example.com"

    def test_an_override_stands_instead_of_a_static_value(self) -> None:
        template = "#set($context.responseOverride.header.x-static = 'no')"
        response = self.respond(template)

        assert [value for name, value in response.headers if name.lower() == "x-static"] == ["no"]

    @pytest.mark.parametrize("status", ["'200'", "99", "600", "true"])
    def test_a_status_that_is_none_is_ignored(self, status: str) -> None:
        assert self.respond(f"#set($context.responseOverride.status = {status})").status == 204

    def test_the_template_sees_context_and_variables(self) -> None:
        template = (
            "$context.httpMethod $context.stage $context.resourcePath $input.params('proxy') $util.urlEncode('+')"
        )
        response = self.respond(template, status_code=200)

        assert response.body == b"OPTIONS prod /{proxy+} items %2B"

    def test_the_integration_response_is_selected_by_status(self) -> None:
        options = rest_api().resources[0].methods["OPTIONS"].integration
        assert options is not None
        default = replace(options.responses[0], response_templates={}, response_parameters={})
        special = replace(default, status_code=202, selection_pattern="2\\d{2}")

        assert self.preflight(responses=(default, special)).status == 202
        assert self.preflight(responses=(replace(special, selection_pattern="4.."), default)).status == 204
        assert self.preflight(responses=(replace(special, selection_pattern="4.."),)).status == 500

    def test_binary_media_types_need_the_conversion_on_both_sides(self) -> None:
        options = rest_api().resources[0].methods["OPTIONS"].integration
        assert options is not None
        unconverted = (replace(options.responses[0], content_handling=None),)

        assert self.preflight(ORIGIN, binary=["*/*"]).status == 204
        assert self.preflight(ORIGIN, binary=["*/*"], content_handling=None).status == 500
        assert self.preflight(ORIGIN, binary=["*/*"], responses=unconverted).status == 500
        assert self.preflight(ORIGIN, binary=["image/png"], responses=unconverted).status == 204
        image = ("Accept", "image/png")
        assert self.preflight(ORIGIN, image, binary=["image/png"], responses=unconverted).status == 500


class TestGatewayResponses:
    def failed(self, *responses: GatewayResponse, headers: tuple[tuple[str, str], ...] = ()) -> Response:
        deployed = {each.response_type: each for each in responses}
        api = replace(rest_api(), gateway_responses=deployed, stage_variables={"team": "orders"})
        return get(gateway(Function(FunctionError("E", "m")), api), "/prod", *headers)

    def test_without_any_the_error_is_bare(self) -> None:
        response = self.failed()

        assert (response.status, response.body) == (502, b'{"message":"Internal server error"}')
        assert response.header("content-type") == "application/json"

    def test_the_specific_type_beats_the_default(self) -> None:
        default = GatewayResponse("DEFAULT_5XX", 599)
        specific = GatewayResponse("INTEGRATION_FAILURE", 503)

        assert self.failed(default, specific).status == 503
        assert self.failed(default).status == 599
        assert self.failed(GatewayResponse("DEFAULT_4XX", 499)).status == 502

    def test_parameters_are_literals_and_references(self) -> None:
        parameters = {
            "gatewayresponse.header.Access-Control-Allow-Origin": "method.request.header.Origin",
            "gatewayresponse.header.X-Literal": "'it''s'",
            "gatewayresponse.header.X-Path": "context.identity.sourceIp",
            "gatewayresponse.header.X-Team": "stageVariables.team",
            "gatewayresponse.header.X-Type": "context.error.responseType",
            "gatewayresponse.header.X-Nothing": "method.request.header.Absent",
            "gatewayresponse.header.X-Map": "context.identity",
            "gatewayresponse.header.content-type": "'text/plain'",
        }
        response = self.failed(GatewayResponse("DEFAULT_5XX", None, parameters), headers=(ORIGIN,))

        assert response.header("access-control-allow-origin") == "https://app.example.com"
        assert response.header("x-literal") == "it''s"
        assert response.header("x-path") == "127.0.0.1"
        assert response.header("x-team") == "orders"
        assert response.header("x-type") == "INTEGRATION_FAILURE"
        assert response.header("x-nothing") is None
        assert response.header("x-map") is None
        assert [value for name, value in response.headers if name.lower() == "content-type"] == ["text/plain"]

    def test_a_reference_to_a_header_compares_its_case(self) -> None:
        parameters = {"gatewayresponse.header.Access-Control-Allow-Origin": "method.request.header.Origin"}
        response = self.failed(
            GatewayResponse("DEFAULT_5XX", None, parameters), headers=(("origin", "https://app.example.com"),)
        )

        assert response.header("access-control-allow-origin") is None

    def test_the_template_knows_simple_substitution_only(self) -> None:
        template = (
            '#set($x = 1){"m":$context.error.messageString,"t":"$context.error.responseType",'
            '"s":"$stageVariables.team","o":"$method.request.header.X-O","n":"$context.absent"}'
        )
        response = self.failed(
            GatewayResponse("DEFAULT_5XX", None, {}, {"application/json": template}), headers=(("X-O", "o"),)
        )

        assert response.body == (
            b'#set($x = 1){"m":"Internal server error","t":"INTEGRATION_FAILURE","s":"orders","o":"o","n":""}'
        )

    def test_another_media_type(self) -> None:
        response = self.failed(GatewayResponse("DEFAULT_5XX", None, {}, {"text/plain": "sorry"}))

        assert (response.header("content-type"), response.body) == ("text/plain", b"sorry")
