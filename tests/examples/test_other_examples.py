"""examples/custom_domain and examples/authorizer: applied, planned again and destroyed; and what a page gets.

Left to the plan, in test_with_a_hosted_zone_the_certificate_and_both_records_are_planned: Route 53's records, for
each of which the provider waits half a minute both ways, and the certificate that one of them proves.
"""

from __future__ import annotations

import http.client
import importlib.util
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from tftest import TerraformPlanOutput, TerraformTest

from embedded import ROOT
from embedded.aws import EmbeddedAWS
from embedded.terraform import Terraform
from lambda_cors_kit.environment import VARIABLE, write_environment
from lambda_cors_kit.local import Gateway, read_deployment
from lambda_cors_kit.payloads.messages import Request
from lambda_cors_kit.payloads.v1 import proxy_event
from lambda_cors_kit.testing import BrowserClient, CORSError, lambda_server
from tests.modules.conftest import Client, client_of, copy_of

PAGE = "https://app.example.com"
DOMAIN = "api.example.com"
ZONE = "Z0123456789"
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
ROUTES = {f"{method} {path}" for method in METHODS for path in ("/", "/{proxy+}")}
PREFLIGHTS = ("OPTIONS /", "OPTIONS /{proxy+}")


def custom_domain(client: Client) -> dict[str, Any]:
    """The domain name as AWS knows it, with what it leads to."""
    gateway = client("apigateway")
    [mapping] = gateway.get_base_path_mappings(domainName=DOMAIN)["items"]
    api = gateway.get_rest_api(restApiId=mapping["restApiId"])
    return {"domain": gateway.get_domain_name(domainName=DOMAIN), "mapping": mapping, "api": api}


def authorizer(client: Client) -> dict[str, Any]:
    """The routes of the HTTP API as AWS knows them, and what they ask."""
    gateway = client("apigatewayv2")
    [api] = [each for each in gateway.get_apis()["Items"] if each["Name"] == "items-authorized"]
    routes = gateway.get_routes(ApiId=api["ApiId"])["Items"]
    # One by one: moto cannot list authorizers.
    asked = {route["AuthorizerId"] for route in routes if "AuthorizerId" in route}
    return {
        "routes": routes,
        "authorizers": [gateway.get_authorizer(ApiId=api["ApiId"], AuthorizerId=a) for a in asked],
    }


READERS: dict[str, Callable[[Client], dict[str, Any]]] = {
    "custom_domain": custom_domain,
    "authorizer": authorizer,
}


@dataclass(frozen=True)
class Life:
    """What was seen while an example was applied and destroyed."""

    outputs: dict[str, Any]
    state: dict[str, Any]
    changes_after_apply: bool
    deployed: dict[str, Any]
    left_over: list[str]


def live(example: str, folder: Path, environment: dict[str, str], client: Client) -> Life:
    terraform = Terraform(copy_of(f"examples/{example}", folder), environment)
    terraform.init()
    try:
        terraform.apply()
        outputs, state = terraform.outputs(), terraform.state()
        changes = terraform.plan()
        deployed = READERS[example](client)
    finally:
        terraform.destroy()
    left = [r["type"] for r in terraform.state().get("resources", []) if r["mode"] == "managed"]
    return Life(outputs, state, changes, deployed, left)


@dataclass(frozen=True)
class Seen:
    """The life of each example, and the plan of the domain with a hosted zone."""

    lives: dict[str, Life]
    plan: TerraformPlanOutput


def planned(folder: Path, environment: dict[str, str]) -> TerraformPlanOutput:
    terraform = TerraformTest(str(copy_of("examples/custom_domain", folder)), env=environment)
    terraform.setup()
    return terraform.plan(output=True, tf_vars={"hosted_zone_id": ZONE})


@pytest.fixture(scope="module")
def seen(
    tmp_path_factory: pytest.TempPathFactory, terraform_environment: dict[str, str], embedded_aws: EmbeddedAWS
) -> Seen:
    folders = {name: tmp_path_factory.mktemp(name) for name in (*READERS, "planned")}
    client = client_of(embedded_aws)
    # An apply mostly waits for AWS: the others have the time in between.
    with ThreadPoolExecutor(len(folders)) as beside:
        lives = {
            example: beside.submit(live, example, folders[example], terraform_environment, client)
            for example in READERS
        }
        plan = beside.submit(planned, folders["planned"], terraform_environment)
        return Seen({example: life.result() for example, life in lives.items()}, plan.result())


@pytest.mark.parametrize("example", READERS)
def test_a_plan_after_the_apply_is_empty(seen: Seen, example: str) -> None:
    assert seen.lives[example].changes_after_apply is False


@pytest.mark.parametrize("example", READERS)
def test_destroy_leaves_nothing(seen: Seen, example: str) -> None:
    assert seen.lives[example].left_over == []


def test_the_domain_and_its_base_path_are_the_only_way_to_the_api(seen: Seen) -> None:
    deployed, outputs = seen.lives["custom_domain"].deployed, seen.lives["custom_domain"].outputs
    assert outputs["url"] == f"https://{DOMAIN}/v1"
    assert (deployed["mapping"]["basePath"], deployed["mapping"]["stage"]) == ("v1", "live")
    assert deployed["domain"]["regionalCertificateArn"].startswith("arn:aws:acm:us-east-1:")
    assert deployed["domain"]["securityPolicy"] == "TLS_1_2"
    assert outputs["domain_target"]["name"] == deployed["domain"]["regionalDomainName"]
    assert deployed["api"]["disableExecuteApiEndpoint"] is True


def test_with_a_hosted_zone_the_certificate_and_both_records_are_planned(seen: Seen) -> None:
    record = seen.plan.modules["module.api"].resources["aws_route53_record.this[0]"]["values"]
    assert (record["zone_id"], record["name"], record["type"]) == (ZONE, DOMAIN, "A")
    certificate = seen.plan.resources["aws_acm_certificate.api[0]"]["values"]
    assert (certificate["domain_name"], certificate["validation_method"]) == (DOMAIN, "DNS")
    assert seen.plan.resources["aws_route53_record.certificate[0]"]["values"]["zone_id"] == ZONE
    # Not the ARN in certificate_arn: the one that is known once the certificate is issued.
    change = seen.plan.resource_changes["module.api.aws_apigatewayv2_domain_name.this[0]"]["change"]
    assert change["after_unknown"]["domain_name_configuration"][0]["certificate_arn"] is True


def test_without_a_hosted_zone_there_is_neither(seen: Seen) -> None:
    types = {resource["type"] for resource in seen.lives["custom_domain"].state["resources"]}
    assert not types & {"aws_acm_certificate", "aws_acm_certificate_validation", "aws_route53_record"}


def at_the_domain(request: Request, context: Any) -> dict[str, Any]:
    """The event of a request to the REST API behind the domain: the base path stands in every path of it."""
    proxy = request.path.removeprefix("/v1").strip("/")
    where: dict[str, Any] = {
        "path": request.path,
        "resourcePath": "/{proxy+}" if proxy else "/",
        "stage": "live",
        "identity": {},
    }
    return proxy_event(
        request,
        {**where, "domainName": DOMAIN},
        path=request.path,
        path_parameters={"proxy": proxy} if proxy else {},
        stage_variables={},
        binary_media_types=("*/*",),
    )


@pytest.fixture
def versioned(monkeypatch: pytest.MonkeyPatch, seen: Seen) -> Iterator[Any]:
    """What Lambda calls behind the domain, with the policy that was deployed."""
    cors = seen.lives["custom_domain"].outputs["cors"]
    monkeypatch.setenv(VARIABLE, write_environment(cors["writer"], cors["policy"]))
    spec = importlib.util.spec_from_file_location("versioned_app", ROOT / "examples/custom_domain/app.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    # BrowserClient makes events of an HTTP API, and this is a REST API behind a domain.
    monkeypatch.setattr(lambda_server, "http_event", at_the_domain)
    yield module.handler
    module.handler.close()


def test_the_app_is_under_its_base_path(versioned: Any) -> None:
    page = BrowserClient(versioned, origin=PAGE)
    assert page.fetch("/v1/items").json() == {"1": "Lamp", "10": "Desk"}
    assert page.fetch("/v1/items/10?name=Table", method="PUT").json() == {"10": "Table"}
    with pytest.raises(CORSError):
        BrowserClient(versioned, origin="https://evil.example").fetch("/v1/items")


def test_what_the_app_links_to_is_under_its_base_path_too(versioned: Any) -> None:
    page = BrowserClient(versioned, origin=PAGE)
    redirected = page.fetch("/v1/items/")
    assert (redirected.url, redirected.status) == (f"https://{DOMAIN}/v1/items", 200)
    assert "'/v1/openapi.json'" in page.fetch("/v1/docs").text()
    assert page.fetch("/v1/openapi.json").json()["servers"] == [{"url": "/v1"}]


@pytest.mark.parametrize("path", ["/v1/absent", "/v1/v1/items"])
def test_any_other_path_is_a_404_that_the_page_reads(versioned: Any, path: str) -> None:
    assert BrowserClient(versioned, origin=PAGE).fetch(path).status == 404


def test_every_route_asks_for_a_token_and_none_takes_preflights(seen: Seen) -> None:
    deployed = seen.lives["authorizer"].deployed
    [asked] = deployed["authorizers"]
    assert (asked["AuthorizerType"], asked["IdentitySource"]) == ("JWT", ["$request.header.Authorization"])
    assert asked["JwtConfiguration"] == {"Issuer": "https://id.example.com", "Audience": ["items-api"]}
    routes = {
        route["RouteKey"]: (route["AuthorizationType"], route.get("AuthorizerId")) for route in deployed["routes"]
    }
    # Preflights have routes of their own, which ask for nothing.
    guarded = dict.fromkeys(ROUTES, ("JWT", asked["AuthorizerId"]))
    assert routes == guarded | dict.fromkeys(PREFLIGHTS, ("NONE", None))


@pytest.fixture(scope="module")
def authorized(seen: Seen) -> Iterator[Gateway]:
    """The API of the example as deployed, in front of the quickstart's app, whose image it runs."""
    deployment = read_deployment(seen.lives["authorizer"].state)
    with Gateway.of_deployment(deployment, "app:handler", app_dir=ROOT / "examples/quickstart") as gateway:
        yield gateway


def send(
    gateway: Gateway, path: str, *, method: str = "GET", origin: str = PAGE, headers: dict[str, str] | None = None
) -> http.client.HTTPResponse:
    """One request of a page; the response's status and headers."""
    connection = http.client.HTTPConnection(urlsplit(gateway.url).netloc, timeout=10)
    try:
        connection.request(method, path, headers={"Origin": origin} | (headers or {}))
        response = connection.getresponse()
        response.read()
    finally:
        connection.close()
    return response


@pytest.mark.parametrize("path", ["/", "/items", "/items/1"])
def test_a_preflight_needs_no_token_and_invokes_nothing(authorized: Gateway, path: str) -> None:
    before = authorized.invocations
    asked = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "authorization"}
    response = send(authorized, path, method="OPTIONS", headers=asked)
    assert response.status == 204
    assert response.headers["Access-Control-Allow-Origin"] == PAGE
    assert "PUT" in response.headers["Access-Control-Allow-Methods"]
    assert "authorization" in response.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert authorized.invocations == before


def test_a_preflight_of_another_site_gets_nothing(authorized: Gateway) -> None:
    asked = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "authorization"}
    before = authorized.invocations
    response = send(authorized, "/items/1", method="OPTIONS", origin="https://evil.example", headers=asked)
    assert response.status == 204
    assert [name for name in response.headers if name.lower().startswith("access-control-")] == []
    assert authorized.invocations == before


@pytest.mark.parametrize("method", METHODS)
def test_a_request_without_a_token_never_reaches_the_function(authorized: Gateway, method: str) -> None:
    before = authorized.invocations
    assert send(authorized, "/items/1", method=method).status == 401
    assert authorized.invocations == before


def test_a_request_with_a_token_is_answered_with_one_set_of_headers(authorized: Gateway) -> None:
    # Which tokens are good is for API Gateway to know; here any will do.
    response = send(authorized, "/items", headers={"Authorization": "Bearer token"})
    assert response.status == 200
    assert response.headers.get_all("Access-Control-Allow-Origin") == [PAGE]


def test_pages_are_not_promised_to_read_a_refusal(seen: Seen) -> None:
    assert any("authorizer's refusal" in limit for limit in seen.lives["authorizer"].outputs["cors"]["limits"])
