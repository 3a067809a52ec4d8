"""Which origins a list of entries names."""

from __future__ import annotations

import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_cors_kit import CORSPolicy
from lambda_cors_kit.origins import OriginSet
from lambda_cors_kit.public_suffixes import spans_public_suffix
from tests.vectors import parameters


@pytest.mark.parametrize("case", parameters("origins"))
def test_named_and_not_named(case: dict[str, Any]) -> None:
    policy = CORSPolicy(case["allow_origins"])
    assert [o for o in case["allowed"] if not policy.allows_origin(o)] == []
    assert [o for o in case["refused"] if policy.allows_origin(o)] == []


LABELS = st.text(string.ascii_lowercase + string.digits + "-_", min_size=1, max_size=8)
HOSTS = st.lists(LABELS, min_size=1, max_size=4).map(".".join)


@given(HOSTS, HOSTS)
def test_a_sub_domain_pattern_names_what_ends_with_its_base(base: str, host: str) -> None:
    named = OriginSet([f"https://*.{base}"])
    assert f"https://{host}.{base}" in named
    assert f"https://{host}" not in named or host.endswith("." + base)
    assert f"https://{host}{base}" not in named or f"{host}{base}".endswith("." + base)
    assert f"https://{base}" not in named


@given(st.text(max_size=400))
def test_no_text_raises_and_nothing_unnamed_is_named(text: str) -> None:
    named = OriginSet(["https://app.example.com", "https://*.example.com", "http://localhost:*"])
    if text in named:
        assert text.startswith(("https://", "http://localhost"))


@given(st.text(st.characters(codec="ascii"), max_size=60))
def test_what_a_pattern_names_is_made_of_labels_only(text: str) -> None:
    if f"https://{text}.example.com" in OriginSet(["https://*.example.com"]):
        assert all(
            label.strip(string.ascii_lowercase + string.digits + "-_") == "" and label for label in text.split(".")
        )


@pytest.mark.parametrize(
    ("domain", "spans"),
    [
        ("com", True),
        ("co.uk", True),
        ("example.com", False),
        ("github.io", True),
        ("me.github.io", False),
        ("amazonaws.com", True),
        ("ck", True),
        ("foo.ck", True),
        ("www.ck", False),
        ("xn--p1ai", True),
        ("internal", True),
        ("example.internal", False),
        ("", True),
    ],
)
def test_public_suffixes(domain: str, spans: bool) -> None:
    assert spans_public_suffix(domain) is spans
