"""Which kind an event is, and what a preflight needs of it."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_cors_kit.payloads.events import (
    LOAD_BALANCER,
    LOAD_BALANCER_MULTIPLE,
    V1,
    V2,
    UnknownEventError,
    form_of,
    header,
    method_of,
)
from tests.handler.samples import KINDS, event

FORMS = {"rest": V1, "http_v1": V1, "http_v2": V2, "function_url": V2, "alb": LOAD_BALANCER}


@pytest.mark.parametrize("kind", KINDS)
def test_the_form_and_the_method(kind: str) -> None:
    sent = event(kind, "patch")
    assert form_of(sent) == FORMS.get(kind, LOAD_BALANCER_MULTIPLE)
    assert method_of(sent, form_of(sent)) == "PATCH"


def test_a_health_check_of_a_load_balancer_is_a_request() -> None:
    sent = event("alb", headers=[("user-agent", "ELB-HealthChecker/2.0")])
    assert form_of(sent) == LOAD_BALANCER


def test_no_list_of_headers_is_none_of_them() -> None:
    assert form_of({**event("alb"), "multiValueHeaders": None}) == LOAD_BALANCER
    assert form_of({**event("alb_multiple"), "multiValueHeaders": {}}) == LOAD_BALANCER_MULTIPLE


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"Records": [{"cf": {"request": {"uri": "/"}}}]}, r"CloudFront \(Lambda@Edge\), which is not served"),
        ({"Records": [{"eventSource": "aws:sqs"}]}, 'records of "aws:sqs"'),
        ({"Records": [{"EventSource": "aws:sns"}]}, 'records of "aws:sns"'),
        ({"Records": [{}]}, "an unknown source"),
        ({"Records": []}, 'it has \\["Records"\\]'),
        ({"Records": [1]}, 'it has \\["Records"\\]'),
        ({"detail-type": "Scheduled Event", "source": "aws.events"}, 'it has \\["detail-type", ?"source"\\]'),
        ({"warmer": True}, "a branch in front of the handler"),
        ([], "it has a list"),
        ("text", "it has a str"),
    ],
)
def test_any_other_event_is_named(sent: Any, words: str) -> None:
    with pytest.raises(UnknownEventError, match=words):
        form_of(sent)


@pytest.mark.parametrize("kind", ["rest", "http_v1", "alb_multiple"])
def test_several_lines_are_one_value(kind: str) -> None:
    sent = event(kind, headers=[("X-A", "1"), ("X-A", "2")])
    assert header(sent, "x-a") == "1, 2"
    assert header(sent, "x-b") is None
