from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from lambda_cors_kit.deployed import CORSConfiguration, FunctionURL, IdentitySource, RestAPI
from lambda_cors_kit.deployed.terraform import pull_state
from lambda_cors_kit.local import GatewayError, read_deployment
from tests.local.support import FUNCTION_ARN, api_resources, http_api, require_terraform, state


def test_everything_the_gateway_needs_is_read() -> None:
    deployment = read_deployment(state(binary=["image/png"]))

    assert deployment.module == "module.api"
    function = deployment.function
    assert (function.name, function.arn, function.timeout, function.memory_size) == (
        "orders",
        FUNCTION_ARN,
        3,
        512,
    )
    assert function.environment == {"GREETING": "hello"}
    api = deployment.api
    assert isinstance(api, RestAPI)
    assert (api.id, api.stage, api.binary_media_types) == ("apiapi", "prod", ("image/png",))
    assert {resource.path: sorted(resource.methods) for resource in api.resources} == {
        "/": ["ANY", "OPTIONS"],
        "/{proxy+}": ["ANY", "OPTIONS"],
    }
    options = api.resources[1].methods["OPTIONS"]
    assert options.authorization == "NONE"
    assert options.integration is not None
    assert options.integration.type == "MOCK"
    assert options.integration.passthrough_behavior == "NEVER"
    assert [each.status_code for each in options.integration.responses] == [204]
    any_method = api.resources[0].methods["ANY"].integration
    assert any_method is not None
    assert (any_method.type, any_method.timeout) == ("AWS_PROXY", 29.0)
    assert sorted(api.gateway_responses) == ["DEFAULT_4XX", "DEFAULT_5XX"]
    assert api.gateway_responses["DEFAULT_4XX"].status_code is None


def test_what_other_modules_add_to_the_api_is_part_of_it() -> None:
    whole = state()
    added = {"rest_api_id": "apiapi", "id": "health", "path": "/health"}
    whole["resources"].append(
        {
            "mode": "managed",
            "type": "aws_api_gateway_resource",
            "name": "health",
            "instances": [{"attributes": added}],
        }
    )

    api = read_deployment(whole).api
    assert isinstance(api, RestAPI)
    assert [resource.path for resource in api.resources] == ["/", "/{proxy+}", "/health"]


def test_what_the_authorizer_of_a_method_looks_for_is_read() -> None:
    whole = state()
    listed = "method.request.header.X-Token, method.request.querystring.token, context.stage"
    authorizer = {"rest_api_id": "apiapi", "id": "auth1", "type": "REQUEST", "identity_source": listed}
    whole["resources"].append(
        {
            "mode": "managed",
            "type": "aws_api_gateway_authorizer",
            "name": "this",
            "instances": [{"attributes": authorizer}],
        }
    )
    method = next(each for each in whole["resources"] if each["type"] == "aws_api_gateway_method")
    method["instances"][0]["attributes"] |= {"authorization": "CUSTOM", "authorizer_id": "auth1"}

    api = read_deployment(whole).api
    assert isinstance(api, RestAPI)
    root = api.resources[0].methods
    assert root["ANY"].identity_sources == (
        IdentitySource("header", "X-Token"),
        IdentitySource("querystring", "token"),
    )
    assert root["OPTIONS"].identity_sources == (IdentitySource("header", "Authorization"),)


def test_an_object_that_waits_for_its_destruction_is_not_deployed() -> None:
    whole = state()
    stage = next(each for each in whole["resources"] if each["type"] == "aws_api_gateway_stage")
    old = {"rest_api_id": "apiapi", "stage_name": "old"}
    stage["instances"].append({"deposed": "00000001", "attributes": old})

    api = read_deployment(whole).api
    assert isinstance(api, RestAPI)
    assert api.stage == "prod"


def test_a_function_behind_an_alias_is_found() -> None:
    text = json.dumps(state()).replace(f"{FUNCTION_ARN}/invocations", f"{FUNCTION_ARN}:live/invocations")

    assert read_deployment(json.loads(text)).function.name == "orders"


def test_several_modules_need_a_choice() -> None:
    two = state("module.api", 'module.reports["eu"]')

    with pytest.raises(GatewayError, match=r'2 APIs: module\.api, module\.reports\["eu"\]\. Pick one'):
        read_deployment(two)
    assert read_deployment(two, 'module.reports["eu"]').api.id == 'apireports["eu"]'
    with pytest.raises(
        GatewayError,
        match=r"module\.other has no REST API, HTTP API or Function URL there; these have one: module\.api",
    ):
        read_deployment(two, "module.other")


def test_an_api_of_the_root_itself_counts_only_alone() -> None:
    assert read_deployment(state("")).module == ""
    assert read_deployment(state("", "module.api")).module == "module.api"


def test_a_state_without_an_api_says_so() -> None:
    function_only = state()
    function_only["resources"] = api_resources("module.api")[:1]

    with pytest.raises(GatewayError, match="call the module lambda_api"):
        read_deployment(function_only)


CORS = {"allow_origins": ["https://app.example.com"], "allow_methods": ["PUT"], "max_age": 60}


def test_everything_of_an_http_api_is_read() -> None:
    api = http_api(cors=CORS, routes={"$default": "NONE", "GET /{proxy+}": "JWT", "POST /": "CUSTOM"}, stage="v1")

    assert (api.id, api.stage, api.has_default_stage) == ("apiapi", "v1", False)
    assert api.cors == CORSConfiguration(("https://app.example.com",), ("PUT",), max_age=60)
    assert [(route.method, route.path, route.authorization) for route in api.routes] == [
        ("$default", "", "NONE"),
        ("GET", "/{proxy+}", "JWT"),
        ("POST", "/", "CUSTOM"),
    ]
    sources = [route.identity_sources for route in api.routes[1:]]
    assert sources == [(IdentitySource("header", "Authorization"),), (IdentitySource("querystring", "token"),)]
    integration = api.routes[0].integration
    assert integration is not None
    assert (integration.payload_format_version, integration.timeout) == ("2.0", 30.0)
    assert api.function_arns == {FUNCTION_ARN}
    assert http_api().cors is None


def test_everything_of_a_function_url_is_read() -> None:
    deployment = read_deployment(state(gateway="function_url", cors=CORS, authorization="AWS_IAM"))

    assert deployment.function.name == "orders"
    url = deployment.api
    assert isinstance(url, FunctionURL)
    assert (url.id, url.domain_name) == ("abc123", "abc123.lambda-url.us-east-1.on.aws")
    assert (url.authorization, url.cors) == (
        "AWS_IAM",
        CORSConfiguration(("https://app.example.com",), ("PUT",), max_age=60),
    )


def test_an_alias_of_a_function_url_and_of_an_integration_is_no_part_of_the_function() -> None:
    for text in (json.dumps(state(gateway="function_url")), json.dumps(state(gateway="http"))):
        aliased = re.sub(rf'("function_arn": "{FUNCTION_ARN}|functions/{FUNCTION_ARN})', r"\1:live", text)
        assert aliased != text
        assert read_deployment(json.loads(aliased)).function.arn == FUNCTION_ARN


def test_a_url_that_streams_is_not_served() -> None:
    with pytest.raises(GatewayError, match=r'invoke_mode = "BUFFERED"'):
        read_deployment(state(gateway="function_url", invoke_mode="RESPONSE_STREAM"))


def test_a_websocket_api_is_none_of_the_gateways() -> None:
    text = json.dumps(state(gateway="http")).replace('"protocol_type": "HTTP"', '"protocol_type": "WEBSOCKET"')

    with pytest.raises(GatewayError, match="call the module lambda_api"):
        read_deployment(json.loads(text))


def test_one_gateway_in_each_module() -> None:
    both = state()
    both["resources"] += api_resources("module.api", gateway="function_url")[1:]

    with pytest.raises(GatewayError, match=r"module\.api has more than one gateway \(REST API, Function URL\)"):
        read_deployment(both, "module.api")


@pytest.mark.parametrize(
    ("gateway", "removed", "words"),
    [
        ("rest", "aws_api_gateway_stage", "exactly one stage"),
        ("rest", "aws_lambda_function", "REST API orders has to invoke one function"),
        ("http", "aws_apigatewayv2_stage", "HTTP API orders needs exactly one stage"),
        ("http", "aws_apigatewayv2_integration", "HTTP API orders has to invoke one function"),
        ("function_url", "aws_lambda_function", "Function URL orders has to invoke one function"),
    ],
)
def test_half_an_api_says_what_is_missing(gateway: str, removed: str, words: str) -> None:
    half = state(gateway=gateway)
    half["resources"] = [each for each in half["resources"] if each["type"] != removed]

    with pytest.raises(GatewayError, match=words):
        read_deployment(half)


class TestPull:
    @pytest.fixture(autouse=True)
    def terraform(self) -> None:
        require_terraform()

    def test_the_state_of_a_local_backend(self, tmp_path: Path) -> None:
        (tmp_path / "terraform.tfstate").write_text(json.dumps(state() | {"lineage": "x"}))

        assert read_deployment(pull_state(tmp_path)).api.id == "apiapi"

    def test_nothing_applied(self, tmp_path: Path) -> None:
        with pytest.raises(GatewayError, match=r"Nothing is applied in .*terraform init and terraform apply"):
            pull_state(tmp_path)

    def test_a_backend_that_is_not_initialised(self, tmp_path: Path) -> None:
        (tmp_path / "main.tf").write_text('terraform {\n  backend "local" {\n    path = "else.tfstate"\n  }\n}\n')

        with pytest.raises(GatewayError, match=r'Backend initialization required, please run "terraform init"$'):
            pull_state(tmp_path)


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        ('echo "not json"', "no state"),
        ("""echo '{"version": 3, "resources": [1]}'""", "format 3"),
        ("echo 'Error: no access' >&2; exit 1", "failed in .*: no access"),
        ("exit 1", "it gave no reason"),
    ],
)
def test_what_terraform_prints_is_not_trusted(
    printed: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = tmp_path / "terraform"
    command.write_text(f"#!/bin/sh\n{printed}\n")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)

    with pytest.raises(GatewayError, match=words):
        pull_state(tmp_path)


def test_terraform_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(GatewayError, match=r"not found on the PATH: install Terraform 1\.9"):
        pull_state(tmp_path)


def test_no_such_directory(tmp_path: Path) -> None:
    with pytest.raises(GatewayError, match="is no directory"):
        pull_state(tmp_path / "absent")


def test_an_empty_state_has_no_resources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty: dict[str, Any] = {"version": 4, "resources": []}
    monkeypatch.setattr("lambda_cors_kit.deployed.terraform._pulled", lambda directory: json.dumps(empty))

    with pytest.raises(GatewayError, match="Nothing is applied"):
        pull_state(tmp_path)
