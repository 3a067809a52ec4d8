"""What a page has in hand: headers, and the error with its story."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware as StarletteCORS

from lambda_cors_kit import CORSMiddleware
from lambda_cors_kit.browser import Reason, Step
from lambda_cors_kit.testing import BrowserClient, CORSError, Headers
from tests.testing.samples import PAGE, POLICY, ROUTES


def test_only_exposed_headers_are_there(page: BrowserClient) -> None:
    headers = page.fetch("/items").headers
    assert headers["X-Total"] == "7"
    assert set(headers) == {"content-length", "content-type", "x-total"}
    assert "X-Hidden" not in headers
    assert headers.get("set-cookie") is None


def test_no_cors_reads_nothing(page: BrowserClient) -> None:
    response = page.fetch("/items", mode="no-cors")
    assert (response.type, response.status, response.ok, response.text()) == ("opaque", 0, False, "")


def test_without_headers_the_error_is_a_cors_error_with_its_cause() -> None:
    with BrowserClient(Starlette(routes=ROUTES), PAGE) as client, pytest.raises(CORSError) as caught:
        client.fetch("/crash")
    assert caught.value.reason is Reason.ALLOW_ORIGIN_MISSING
    assert isinstance(caught.value.__cause__, LookupError)


def test_a_refused_origin() -> None:
    with (
        BrowserClient(CORSMiddleware(Starlette(routes=ROUTES), POLICY), "https://evil.example") as client,
        pytest.raises(CORSError) as caught,
    ):
        client.fetch("/items", "DELETE")
    error = caught.value
    assert (error.reason, error.step) == (Reason.ALLOW_ORIGIN_MISSING, Step.PREFLIGHT)
    assert error.header == "Access-Control-Allow-Origin"
    assert error.preflight is not None
    assert error.preflight.status == 403
    assert "https://evil.example" in error.remedy


def test_the_error_tells_the_whole_story() -> None:
    app = StarletteCORS(Starlette(routes=ROUTES), allow_origins=[PAGE], allow_methods=["GET"])
    with BrowserClient(app, PAGE) as client, pytest.raises(CORSError) as caught:
        client.fetch("/items", "PUT")
    text = str(caught.value)
    assert "PUT https://api.example.com/items, asked by a page on https://app.example.com" in text
    assert "(preflight.status)" in text
    assert "List PUT in Access-Control-Allow-Methods (allow_methods)" in text
    assert "OPTIONS https://api.example.com/items" in text
    assert "-> 400" in text
    assert str(pickle.loads(pickle.dumps(caught.value))) == text


def test_headers_are_a_mapping_without_case() -> None:
    headers = Headers([("X-A", "1"), ("x-a", "2"), ("ETag", "e")])
    assert dict(headers) == {"x-a": "1, 2", "etag": "e"}
    assert headers["X-a"] == headers.get("x-A") == "1, 2"
    assert "ETAG" in headers
    not_a_name: Any = 7
    assert not_a_name not in headers
    assert len(headers) == 2
    assert headers == {"x-a": "1, 2", "etag": "e"}
    assert repr(Headers()) == "Headers({})"
    with pytest.raises(KeyError):
        headers["x-b"]
