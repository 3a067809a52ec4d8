"""An event says when its request came: the same moment as text and in milliseconds since 1970."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from lambda_cors_kit.payloads.messages import Request
from lambda_cors_kit.payloads.v2 import request_context
from tests.local.support import Function, gateway, get


def assert_is_now(before: float, text: str, milliseconds: Any) -> None:
    assert type(milliseconds) is int
    assert int(before * 1000) <= milliseconds <= time.time() * 1000
    assert datetime.strptime(text, "%d/%b/%Y:%H:%M:%S %z") == datetime.fromtimestamp(milliseconds // 1000, UTC)


def test_payload_2() -> None:
    before = time.time()
    context = request_context(Request("GET", "/"), account="1", api_id="a", domain_name="a.on.aws")
    assert_is_now(before, context["time"], context["timeEpoch"])


def test_payload_1() -> None:
    before = time.time()
    function = Function({"statusCode": 200})
    get(gateway(function), "/prod/items")
    context = function.events[0]["requestContext"]
    assert_is_now(before, context["requestTime"], context["requestTimeEpoch"])
