"""What the demo reads of a state, what it adds to the examples, and how its pages sign."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from demo.checks import Asked
from demo.gateways import EXACT, QUICKSTART, admit, deployments
from demo.signature import signed
from lambda_cors_kit.local import GatewayError


def test_the_page_gets_into_the_policies_that_name_exact_origins(tmp_path: Path) -> None:
    for example in (QUICKSTART, *EXACT):
        (tmp_path / example).mkdir(parents=True)
    admit("http://localhost:1", tmp_path)
    assert not any((tmp_path / QUICKSTART).iterdir())
    for example in EXACT:
        [override] = (tmp_path / example).iterdir()
        assert override.name.endswith("_override.tf.json")
        cors = json.loads(override.read_text())["module"]["api"]["cors"]
        assert "http://localhost:1" in cors["allow_origins"]
        assert not any("*" in origin for origin in cors["allow_origins"])


def test_a_state_without_the_gateways_is_named() -> None:
    with pytest.raises(GatewayError):
        deployments({"version": 4, "resources": [], "outputs": {}})


def test_a_signature_covers_the_request_and_needs_only_headers_that_the_policy_names() -> None:
    asked = Asked("/items/1", "PUT", {"Content-Type": "application/json"}, "{}")
    sent = signed(asked, "http://localhost:1234")
    names = {"Content-Type", "X-Amz-Date", "X-Amz-Security-Token", "Authorization"}
    assert set(sent.headers) == names
    pattern = (
        r"AWS4-HMAC-SHA256 Credential=test/\d{8}/us-east-1/lambda/aws4_request, "
        r"SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}"
    )
    assert re.fullmatch(pattern, sent.headers["Authorization"])
    assert (sent.path, sent.method, sent.body) == (asked.path, asked.method, asked.body)
    assert asked.headers == {"Content-Type": "application/json"}


def test_another_body_is_another_signature() -> None:
    one, other = (signed(Asked("/", "POST", padding=size), "http://localhost:1").headers for size in (1, 2))
    assert one["Authorization"] != other["Authorization"]
