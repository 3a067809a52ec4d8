"""What a user of Mangum expects: a line for each request, wrappers, the configuration, custom kinds."""

from __future__ import annotations

import functools
import logging
from typing import Any, ClassVar

import pytest
from starlette.responses import PlainTextResponse

from lambda_cors_kit import CORSHandler
from tests.handler.conftest import Serve
from tests.handler.samples import KINDS, ORIGIN, App, answering, event, header_lines, preflight

ACCESS = "lambda_cors_kit.access"


def lines(caplog: pytest.LogCaptureFixture) -> list[tuple[int, str]]:
    return [(record.levelno, record.getMessage()) for record in caplog.records if record.name == ACCESS]


async def crash(scope: Any, receive: Any, send: Any) -> None:
    raise ZeroDivisionError


async def emptying(scope: Any, receive: Any, send: Any) -> None:
    await PlainTextResponse("")(scope, receive, send)
    scope.clear()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("app", "status"),
    [
        (answering(), 200),
        (answering(status=404), 404),
        (answering(status=600), 500),
        (crash, 500),
        (emptying, 200),
    ],
)
def test_a_line_for_each_request(
    kind: str, app: App, status: int, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, ACCESS)
    serve(app, lifespan="off")(event(kind, "POST", path="/items"), None)
    assert lines(caplog) == [(logging.INFO, f"POST /items {status}")]


@pytest.mark.parametrize(("kind", "path"), [("rest", "/a%0AGET%20/b%20200"), ("http_v2", "/a\nGET /b 200")])
def test_a_line_stays_one_line(kind: str, path: str, serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, ACCESS)
    serve(answering())(event(kind, path=path), None)
    assert lines(caplog) == [(logging.INFO, "GET /a%0AGET%20/b%20200 200")]


def test_no_line_for_what_is_switched_off_or_answered_before_the_app(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    handler = serve(answering())
    caplog.set_level(logging.WARNING, ACCESS)
    handler(event("rest"), None)
    caplog.set_level(logging.INFO, ACCESS)
    handler(preflight("rest"), None)
    assert not lines(caplog)


def test_a_handler_can_be_wrapped_as_a_function_can(serve: Serve) -> None:
    def capture_lambda_handler(handler: Any) -> Any:
        # As in Powertools' Tracer.
        name = handler.__name__

        @functools.wraps(handler)
        def decorate(event: Any, context: Any, **options: Any) -> Any:
            return {**handler(event, context, **options), "traced": f"## {name}"}

        return decorate

    wrapped = capture_lambda_handler(serve(answering()))
    assert wrapped.__name__ == "CORSHandler"
    result = wrapped(event("rest"), None)
    assert (result["body"], result["traced"]) == ("app", "## CORSHandler")


def test_the_configuration_is_mangums(serve: Serve) -> None:
    assert serve(answering()).config == {
        "api_gateway_base_path": "/",
        "text_mime_types": [],
        "exclude_headers": [],
    }
    handler = serve(
        answering(), api_gateway_base_path="v1/", text_mime_types=["image/svg"], exclude_headers=["X-B", "X-A"]
    )
    assert handler.config == {
        "api_gateway_base_path": "/v1",
        "text_mime_types": ["image/svg"],
        "exclude_headers": ["x-a", "x-b"],
    }


class Own:
    """A kind that takes every HTTP event for itself, with headers of its own."""

    held: ClassVar[dict[str, Any]] = {}

    def __init__(self, event: Any, context: Any, config: Any) -> None:
        self.event = event

    @classmethod
    def infer(cls, event: Any, context: Any, config: Any) -> bool:
        return True

    @property
    def body(self) -> bytes:
        return b"asked"

    @property
    def scope(self) -> dict[str, Any]:
        return {"type": "http", "method": "POST", "path": "/own", "raw_path": b"/own", "headers": []}

    def __call__(self, response: Any) -> dict[str, Any]:
        return {"statusCode": response["status"], "body": response["body"].decode(), **self.held}


@pytest.mark.parametrize(
    "held",
    [
        {},
        {"headers": None},
        {"headers": {"Vary": "Accept", "Access-Control-Allow-Origin": "*"}},
        {"headers": {}, "multiValueHeaders": {"VARY": ["Accept"], "access-control-allow-origin": ["*", "*"]}},
        {"multiValueHeaders": {}},
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_the_policy_is_on_the_results_of_kinds_of_ones_own(
    kind: str, held: dict[str, Any], serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Own, "held", held)
    result = serve(answering(), custom_handlers=[Own])(event(kind), None)
    assert (result["statusCode"], result["body"]) == (200, "app")
    found = header_lines(result)
    assert [value for name, value in found if name == "access-control-allow-origin"] == [ORIGIN]
    vary = "Accept, Origin" if "Accept" in str(held) else "Origin"
    assert [value for name, value in found if name == "vary"] == [vary]


def test_a_kind_of_ones_own_answers_for_an_app_that_crashed(serve: Serve) -> None:
    handler: CORSHandler = serve(crash, lifespan="off", custom_handlers=[Own])
    result = handler(event("rest"), None)
    assert (result["statusCode"], result["body"]) == (500, "Internal Server Error")
    assert ("access-control-allow-origin", ORIGIN) in header_lines(result)
