"""Everything together: HTTP in, the deployed API and a real function behind it."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from lambda_cors_kit import PolicyError
from lambda_cors_kit.environment import write_environment
from lambda_cors_kit.local import Gateway, GatewayError, read_deployment
from tests.local.support import APPS, require_terraform, state

POLICY = json.dumps({"allow_origins": ["https://app.example.com"], "allow_credentials": True})
ORIGIN = {"Origin": "https://app.example.com"}


def fetch(
    gateway: Gateway,
    path: str,
    method: str = "GET",
    headers: dict[str, str] | None = None,
    body: bytes | None = None,
) -> http.client.HTTPResponse:
    """One request below the gateway's URL; the response is read."""
    url = urlsplit(gateway.url)
    assert url.hostname is not None
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=10)
    connection.request(method, url.path + path, body, headers or {})
    response = connection.getresponse()
    vars(response)["content"] = response.read()
    connection.close()
    return response


def content(response: http.client.HTTPResponse) -> Any:
    return json.loads(vars(response)["content"])


@pytest.fixture(scope="module")
def deployed() -> Iterator[Gateway]:
    environment = {"LAMBDA_CORS_KIT_POLICY": write_environment("function", json.loads(POLICY))}
    deployment = read_deployment(state(environment=environment, timeout=1))
    with Gateway.of_deployment(deployment, "kit:handler", app_dir=APPS) as gateway:
        yield gateway


def test_the_url_ends_with_the_stage(deployed: Gateway) -> None:
    url = urlsplit(deployed.url)
    assert (url.hostname, url.path) == ("127.0.0.1", "/prod")
    assert deployed.kind == "rest"


def test_a_request_reaches_the_app(deployed: Gateway) -> None:
    before = deployed.invocations
    response = fetch(deployed, "/items?x=1", "PUT", ORIGIN | {"Content-Type": "text/plain"}, "é".encode())

    assert response.status == 200
    assert content(response) == {"method": "PUT", "path": "/prod/items", "body": "é"}
    assert response.headers.get_all("access-control-allow-origin") == ["https://app.example.com"]
    assert deployed.invocations == before + 1


def test_a_preflight_does_not(deployed: Gateway) -> None:
    before = deployed.invocations
    response = fetch(deployed, "/items", "OPTIONS", ORIGIN | {"Access-Control-Request-Method": "PUT"})

    assert response.status == 204
    assert response.headers["access-control-allow-origin"] == "https://app.example.com"
    assert deployed.invocations == before


def test_a_crash_of_the_app_is_readable(deployed: Gateway) -> None:
    response = fetch(deployed, "/crash", headers=ORIGIN)

    assert response.status == 500
    assert response.headers["access-control-allow-origin"] == "https://app.example.com"


def test_errors_before_the_function_are_the_gateways(deployed: Gateway) -> None:
    before = deployed.invocations
    large = fetch(deployed, "/items", "PUT", ORIGIN, b"x" * (10 * 1024 * 1024 + 1))
    assert (large.status, large.headers["access-control-allow-origin"]) == (413, None)
    assert deployed.invocations == before


@pytest.mark.parametrize(
    ("handler", "path", "status"),
    [("plain:handler", "/sleep/5", 502), ("plain:handler", "/malformed", 502), ("broken:handler", "/", 502)],
)
def test_a_function_that_fails_is_a_readable_502(handler: str, path: str, status: int) -> None:
    deployment = read_deployment(state(timeout=1))
    with Gateway.of_deployment(deployment, handler, app_dir=APPS) as gateway:
        response = fetch(gateway, path, headers=ORIGIN)

    assert (response.status, content(response)) == (status, {"message": "Internal server error"})
    assert response.headers["access-control-allow-origin"] == "https://app.example.com"


CORS = {
    "allow_origins": ["https://app.example.com"],
    "allow_methods": ["GET", "PUT"],
    "allow_credentials": True,
    "max_age": 600,
}


@pytest.mark.parametrize(
    ("kind", "changes", "writer", "preflight_invokes"),
    [
        ("http", {"cors": CORS}, "gateway", 0),
        ("http", {}, "function", 1),
        ("function_url", {"cors": CORS}, "gateway", 0),
        ("function_url", {}, "function", 1),
    ],
)
def test_every_gateway_gives_a_page_the_same(
    kind: str, changes: dict[str, Any], writer: str, preflight_invokes: int
) -> None:
    environment = {"LAMBDA_CORS_KIT_POLICY": write_environment(writer, json.loads(POLICY))}
    deployment = read_deployment(state(gateway=kind, environment=environment, **changes))
    with Gateway.of_deployment(deployment, "kit:handler", app_dir=APPS) as gateway:
        assert gateway.kind == kind
        assert urlsplit(gateway.url).path == ""
        preflight = fetch(gateway, "/crash", "OPTIONS", ORIGIN | {"Access-Control-Request-Method": "PUT"})
        assert gateway.invocations == preflight_invokes
        failed = fetch(gateway, "/crash", headers=ORIGIN)
        elsewhere = fetch(gateway, "/crash", headers={"Origin": "https://else.example"})
        assert gateway.invocations == preflight_invokes + 2

    assert 200 <= preflight.status < 300
    assert "PUT" in preflight.headers["access-control-allow-methods"]
    assert failed.status == 500
    for response in (preflight, failed):
        assert response.headers.get_all("access-control-allow-origin") == ["https://app.example.com"]
        assert response.headers.get_all("access-control-allow-credentials") == ["true"]
    assert not [name for name in elsewhere.headers if name.lower().startswith("access-control-")]


def test_from_terraform(tmp_path: Path) -> None:
    require_terraform()
    (tmp_path / "terraform.tfstate").write_text(json.dumps(state("module.a", "module.b") | {"lineage": "x"}))

    with Gateway.from_terraform(tmp_path, "plain:handler", module="module.b", app_dir=APPS) as gateway:
        seen = content(fetch(gateway, "/x"))
    assert seen["event"]["requestContext"]["apiId"] == "apib"
    assert seen["environment"]["GREETING"] == "hello"


@pytest.fixture(scope="module")
def policy_only() -> Iterator[Gateway]:
    with Gateway.from_policy(POLICY, "kit:handler", app_dir=APPS) as gateway:
        yield gateway


class TestPolicyOnly:
    def test_the_function_answers_the_preflight(self, policy_only: Gateway) -> None:
        before = policy_only.invocations
        response = fetch(policy_only, "/items", "OPTIONS", ORIGIN | {"Access-Control-Request-Method": "PUT"})

        assert response.status == 204
        assert response.headers["access-control-allow-origin"] == "https://app.example.com"
        assert policy_only.invocations == before + 1

    def test_the_app_answers_the_rest(self, policy_only: Gateway) -> None:
        response = fetch(policy_only, "/items", "PUT", ORIGIN, b"x")

        assert content(response) == {"method": "PUT", "path": "/items", "body": "x"}
        assert response.headers.get_all("access-control-allow-origin") == ["https://app.example.com"]
        assert (urlsplit(policy_only.url).path, policy_only.kind) == ("", "function_url")

    def test_the_event_is_payload_2(self) -> None:
        with Gateway.from_policy(POLICY, "plain:handler", app_dir=APPS) as gateway:
            seen = content(
                fetch(
                    gateway,
                    "/a%20b?x=1&x=2",
                    "POST",
                    {"Cookie": "a=1; b=2", "X-A": "B", "Content-Type": "image/png"},
                    b"\x89",
                )
            )

        event = seen["event"]
        assert (event["version"], event["routeKey"], event["rawPath"]) == ("2.0", "$default", "/a%20b")
        assert event["queryStringParameters"] == {"x": "1,2"}
        assert event["cookies"] == ["a=1", "b=2"]
        assert event["headers"]["x-a"] == "B"
        assert (event["body"], event["isBase64Encoded"]) == ("iQ==", True)
        assert event["requestContext"]["http"]["method"] == "POST"
        contract = json.loads(seen["environment"]["LAMBDA_CORS_KIT_POLICY"])
        assert (contract["version"], contract["writer"]) == (1, "function")
        assert contract["policy"]["allow_origins"] == ["https://app.example.com"]

    def test_a_failure_of_the_function_is_bare(self) -> None:
        with Gateway.from_policy(POLICY, "plain:handler", app_dir=APPS) as gateway:
            crash = fetch(gateway, "/crash", headers=ORIGIN)
            large = fetch(gateway, "/", "POST", body=b"x" * (6 * 1024 * 1024 + 1))

        assert (crash.status, content(crash)) == (502, {"Message": "Internal Server Error"})
        assert large.status == 413
        assert crash.headers["access-control-allow-origin"] is None

    def test_a_policy_with_problems(self) -> None:
        with pytest.raises(PolicyError):
            Gateway.from_policy('{"allow_origins": ["https://app.example.com/"]}', "plain:handler", app_dir=APPS)


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        gateway = Gateway.from_policy(POLICY, "plain:handler", app_dir=APPS)
        with pytest.raises(
            GatewayError, match=rf"Cannot listen on 127\.0\.0\.1, port {port}: address already in use"
        ):
            gateway.start(port=port)


def test_the_url_is_known_once_started() -> None:
    gateway = Gateway.from_policy(POLICY, "plain:handler", app_dir=APPS)
    with pytest.raises(RuntimeError, match="once it is started"):
        _ = gateway.url
    gateway.close()
