"""path, raw_path and root_path of an event, for every kind of gateway and every kind of route."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_cors_kit.payloads.paths import below, completed, of_load_balancer, of_v1, of_v2, stripped

Found = tuple[str, bytes, str]


def rest(path: str, whole: str, resource: str, parameters: dict[str, str] | None = None) -> Found:
    context = {"path": whole, "stage": "prod"}
    return of_v1({"path": path, "resource": resource, "pathParameters": parameters, "requestContext": context})


def http(path: str, route: str, parameters: dict[str, str] | None = None, stage: str = "prod") -> Found:
    context = {"http": {"method": "GET", "path": path}, "stage": stage, "domainName": "api.example.com"}
    sent: dict[str, Any] = {"rawPath": path, "routeKey": route, "requestContext": context}
    return of_v2(sent | ({"pathParameters": parameters} if parameters else {}))


def url(path: str) -> Found:
    context = {"http": {"method": "GET", "path": path}, "domainName": "id.lambda-url.eu-west-1.on.aws"}
    return of_v2({"rawPath": path, "routeKey": "$default", "requestContext": context | {"stage": "$default"}})


@pytest.mark.parametrize(
    ("path", "whole", "resource", "parameters", "root"),
    [
        ("/items", "/prod/items", "/{proxy+}", {"proxy": "items"}, "/prod"),
        ("/items/", "/prod/items/", "/{proxy+}", {"proxy": "items"}, "/prod"),
        ("/items/", "/prod/items/", "/{proxy+}", {"proxy": "items/"}, "/prod"),
        ("/prod/items", "/prod/prod/items", "/{proxy+}", {"proxy": "prod/items"}, "/prod"),
        ("/", "/prod/", "/", None, "/prod"),
        ("/items", "/items", "/{proxy+}", {"proxy": "items"}, ""),
        ("/", "/", "/", None, ""),
        ("/v1/items", "/v1/items", "/{proxy+}", {"proxy": "items"}, "/v1"),
        ("/v1/v1", "/v1/v1", "/{proxy+}", {"proxy": "v1"}, "/v1"),
        ("/v1/nested/items", "/v1/nested/items", "/{proxy+}", {"proxy": "items"}, "/v1/nested"),
        ("/v1/nested/", "/v1/nested/", "/", None, "/v1/nested"),
        # Resources of one's own: what stands in their path is the app's.
        ("/payment/a/b", "/prod/payment/a/b", "/payment/{invoice+}", {"invoice": "a/b"}, "/prod"),
        ("/v1/payment/a/b", "/v1/payment/a/b", "/payment/{invoice+}", {"invoice": "a/b"}, "/v1"),
        ("/v1/items/7", "/v1/items/7", "/items/{id}", {"id": "7"}, "/v1"),
        ("/items/items", "/items/items", "/items", None, "/items"),
        ("/api/a/b", "/prod/api/a/b", "/api/{proxy+}", {"proxy": "a/b"}, "/prod"),
        ("/v1/api/a", "/v1/api/a", "/api/{proxy+}", {"proxy": "a"}, "/v1"),
        ("/a/7/b/8", "/prod/a/7/b/8", "/a/{x}/b/{y}", {"x": "7", "y": "8"}, "/prod"),
        # Parameters with and without their encoding, and what is no encoding.
        ("/a%20b", "/prod/a%20b", "/{proxy+}", {"proxy": "a b"}, "/prod"),
        ("/a%20b", "/prod/a%20b", "/{proxy+}", {"proxy": "a%20b"}, "/prod"),
        ("/f/100%2525", "/prod/f/100%2525", "/{proxy+}", {"proxy": "f/100%2525"}, "/prod"),
        ("/f/100%2525", "/prod/f/100%2525", "/{proxy+}", {"proxy": "f/100%25"}, "/prod"),
        ("/%zz", "/prod/%zz", "/{proxy+}", {"proxy": "%zz"}, "/prod"),
        ("/a//b", "/prod/a//b", "/{proxy+}", {"proxy": "a//b"}, "/prod"),
        # What says nothing of the route leaves what requestContext knows.
        ("/items", "/prod/items", "", None, "/prod"),
        ("/items", "/prod/items", "/other/{id}", {"id": "9"}, "/prod"),
        ("/items", "/prod/items", "/{proxy+}", None, "/prod"),
    ],
)
def test_the_root_of_a_rest_api(
    path: str, whole: str, resource: str, parameters: dict[str, str] | None, root: str
) -> None:
    found, raw, before = rest(path, whole, resource, parameters)
    assert before == root
    assert raw == whole.encode()
    assert found == whole.replace("%20", " ").replace("%25", "%")


def test_a_rest_api_without_a_path_in_its_context() -> None:
    sent = {"path": "/items", "resource": "/{proxy+}", "requestContext": {"stage": "prod"}}
    assert of_v1(sent) == ("/items", b"/items", "")


@pytest.mark.parametrize("whole", ["/prod", "/prod/"])
def test_a_root_alone_gets_the_apps_slash(whole: str) -> None:
    assert rest("/", whole, "/") == ("/prod/", b"/prod/", "/prod")
    assert http(whole, "$default") == ("/prod/", b"/prod/", "/prod")
    assert http(whole, "ANY /") == ("/prod/", b"/prod/", "/prod")


@pytest.mark.parametrize(
    ("path", "route", "parameters", "stage", "root"),
    [
        ("/items", "$default", None, "$default", ""),
        ("/prod/items", "$default", None, "prod", "/prod"),
        ("/production/items", "$default", None, "prod", ""),
        ("/items", "$default", None, "prod", ""),
        ("/prod/items", "ANY /{proxy+}", {"proxy": "items"}, "prod", "/prod"),
        ("/prod/prod", "ANY /{proxy+}", {"proxy": "prod"}, "prod", "/prod"),
        ("/prod/items/", "ANY /{proxy+}", {"proxy": "items/"}, "prod", "/prod"),
        ("/prod/items", "GET /items", None, "prod", "/prod"),
        ("/prod/items/7", "GET /items/{id}", {"id": "7"}, "prod", "/prod"),
        ("/prod/api/a/b", "ANY /api/{proxy+}", {"proxy": "a/b"}, "prod", "/prod"),
        ("/v1/nested/a", "ANY /{proxy+}", {"proxy": "a"}, "$default", "/v1/nested"),
        ("/v1/items", "GET /items", None, "$default", "/v1"),
        ("/items/a b", "GET /items/{id}", {"id": "a b"}, "$default", ""),
    ],
)
def test_the_root_of_an_http_api(
    path: str, route: str, parameters: dict[str, str] | None, stage: str, root: str
) -> None:
    assert http(path, route, parameters, stage) == (path, path.replace(" ", "%20").encode(), root)
    resource = route.partition(" ")[2] or route
    context = {"path": path, "stage": stage}
    one = {"version": "1.0", "path": path, "resource": resource, "pathParameters": parameters}
    assert of_v1(one | {"requestContext": context}) == (path, path.replace(" ", "%20").encode(), root)


@pytest.mark.parametrize(
    ("path", "raw"),
    [
        ("/f/100%25", b"/f/100%2525"),
        ("/a/b", b"/a/b"),
        ("/ä€", b"/%C3%A4%E2%82%AC"),
        ("/a;v=1+2,x=(~!$&'*@:)", b"/a;v=1+2,x=(~!$&'*@:)"),
        ("/a b?c#d", b"/a%20b%3Fc%23d"),
        ("//a//", b"//a//"),
        ("/a\nb", b"/a%0Ab"),
    ],
)
def test_an_http_api_has_decoded_the_path_already(path: str, raw: bytes) -> None:
    assert http(path, "$default", stage="$default") == (path, raw, "")


@pytest.mark.parametrize(
    ("sent", "path"),
    [
        ("/f/100%2525", "/f/100%25"),
        ("/a%2Fb", "/a/b"),
        ("/%C3%A4", "/ä"),
        ("/a;v=1+2[x]", "/a;v=1+2[x]"),
        ("/%zz%2", "/%zz%2"),
        ("/%ff", "/\ufffd"),
        ("//a//b/", "//a//b/"),
        ("/", "/"),
    ],
)
def test_the_others_keep_the_encoding(sent: str, path: str) -> None:
    assert url(sent) == (path, sent.encode(), "")
    assert of_load_balancer({"path": sent}) == (path, sent.encode(), "")
    assert rest(sent, sent, "") == (path, sent.encode(), "")


def test_what_no_client_sends_makes_bytes_all_the_same() -> None:
    assert url("/ä b\n[%20]") == ("/ä b\n[ ]", b"/%C3%A4%20b%0A[%20]", "")


def test_no_path_at_all() -> None:
    assert of_load_balancer({"path": ""}) == ("/", b"/", "")
    assert rest("", "", "/") == ("/", b"/", "")
    assert of_v2({"requestContext": {"http": {"method": "GET", "path": ""}}}) == ("/", b"/", "")


@pytest.mark.parametrize(
    ("base", "path", "root", "found"),
    [
        ("/v1", "/v1/items", "", "/v1"),
        ("/v1", "/v1", "", "/v1"),
        ("/v1", "/v10/items", "", ""),
        # Never twice: the event has told it already, alone or behind the stage.
        ("/v1", "/v1/v1/items", "/v1", "/v1"),
        ("/v1", "/prod/v1/items", "/prod/v1", "/prod/v1"),
        ("/v1", "/prod/v1/items", "/prod", "/prod/v1"),
        ("/prod/v1", "/prod/v1/items", "/prod", "/prod/v1"),
        ("/prod", "/prod/items", "/prod", "/prod"),
        ("/v1/nested", "/v1/nested/items", "/v1", "/v1/nested"),
        ("/v1", "/prod/v10", "/prod", "/prod"),
    ],
)
def test_a_base_path_that_aws_does_not_tell(base: str, path: str, root: str, found: str) -> None:
    assert below(base, path, root) == found


def test_a_path_without_its_root() -> None:
    assert stripped("/prod/a b", b"/prod/a%20b", "/prod") == ("/a b", b"/a%20b")
    assert stripped("/v1/nested/a/b", b"/v1/nested/a%2Fb", "/v1/nested") == ("/a/b", b"/a%2Fb")
    assert stripped("/prod", b"/prod", "/prod") == ("/", b"/")
    assert stripped("/items", b"/items", "") == ("/items", b"/items")
    assert stripped("/items", b"/items", "/v1") == ("/items", b"/items")
    assert completed("/v1", b"/v1", "/v1") == ("/v1/", b"/v1/", "/v1")
