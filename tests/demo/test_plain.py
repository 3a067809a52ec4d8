"""Without the kit: what pages get of the usual set-up, written down here and seen by both judges."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.metadata import version

import pytest

from demo.__main__ import check_all
from demo.checks import CHECKS, Asked, Row
from demo.chromium import Chromium
from demo.gateways import Running, running_gateway
from demo.judges import Judge
from demo.model import Model, send
from demo.pages import Pages
from demo.plain import DEPLOYMENT, PLAIN, plain_gateway
from demo.table import request_line, result
from lambda_cors_kit.deployed import RestAPI
from tests.conftest import require

# Before 1.0 Starlette answered "*" to a first request with credentials, which every browser refuses.
FIRST = "blocked" if version("starlette").startswith("0.") else "200"
GETS = [
    ("allowed", "GET /items", "200", 1),
    ("allowed", "PUT /items/1, JSON", "200", 2),
    ("allowed", "GET /me, cookies", FIRST, 1),
    ("allowed", "GET /me, cookies", "200", 1),
    ("allowed", "GET /crash", "blocked", 1),
    ("allowed", "GET /items/99", "404", 1),
    ("allowed", "GET /items, X-Trace", "200", 2),
    ("allowed", "POST /items, 11 MB", "blocked", 0),
    ("refused", "GET /items", "200", 1),
    ("refused", "PUT /items/1, JSON", "200", 2),
    ("refused", "GET /me, cookies", FIRST, 1),
    ("refused", "GET /crash", "blocked", 1),
]


@pytest.fixture
def gateway() -> Iterator[Running]:
    with plain_gateway() as started:
        yield running_gateway(PLAIN, started)


@pytest.fixture(params=[Model, pytest.param(Chromium, marks=pytest.mark.browser)])
def judge(request: pytest.FixtureRequest) -> Iterator[Judge]:
    if request.param is Chromium:
        require("chromium")
    with Pages() as pages, request.param(pages.origins) as opened:
        yield opened


def test_both_judges_see_what_is_written_down(judge: Judge, gateway: Running) -> None:
    rows = check_all(judge, CHECKS, [gateway])
    assert [seen(row) for row in rows] == GETS
    assert [row.cells[0].differences for row in rows] == [()] * len(CHECKS)


def seen(row: Row) -> tuple[str, str, str, int | None]:
    [cell] = row.cells
    ran = cell.observation.invocations
    return row.check.page, request_line(row.check.asked), result(cell.observation), ran


def test_nothing_in_the_gateway_answers_for_the_function() -> None:
    api = DEPLOYMENT.api
    assert isinstance(api, RestAPI)
    assert (api.gateway_responses, api.binary_media_types) == ({}, ())
    assert [resource.path for resource in api.resources] == ["/", "/{proxy+}"]
    for resource in api.resources:
        [(name, method)] = resource.methods.items()
        assert method.integration is not None
        assert (name, method.integration.type) == ("ANY", "AWS_PROXY")
    assert api.function_arns == {DEPLOYMENT.function.arn}


Headers = Callable[[str, str], dict[str, str]]


@pytest.fixture
def headers_of(gateway: Running) -> Headers:
    """What stands on the wire for a page on a foreign site, without a browser between."""

    def ask(method: str, path: str) -> dict[str, str]:
        asked = [("Origin", "https://evil.example"), ("Cookie", "session=1")]
        asked += [("Access-Control-Request-Method", "DELETE")] if method == "OPTIONS" else []
        answer = send(method, gateway.url + path, asked, None)
        return {name.lower(): value for name, value in answer.headers}

    return ask


def test_the_middleware_and_not_the_kit_writes_the_headers(headers_of: Headers) -> None:
    for method in ("GET", "OPTIONS"):
        headers = headers_of(method, "/items")
        assert headers["access-control-allow-origin"] == "https://evil.example"
        assert headers["access-control-allow-credentials"] == "true"
    assert not any(name.startswith("access-control-") for name in headers_of("GET", "/crash"))


def test_a_browser_without_cors_is_found_out(gateway: Running) -> None:
    """What is expected of a set-up without the kit is able to fail as well."""
    with Pages() as pages, Model({**pages.origins, "allowed": gateway.url.rpartition("/")[0]}) as same_origin:
        crash = next(check for check in CHECKS if check.asked == Asked("/crash"))
        [row] = check_all(same_origin, [crash], [gateway])
    assert row.cells[0].answer == "the page read status 500, which it must not"
