"""The variable that Terraform writes: read, or refused with a sentence for a person."""

from __future__ import annotations

import base64
import gzip
import json

import pytest

from lambda_cors_kit import CORSHandler, CORSMiddleware, CORSPolicy, PolicyError
from lambda_cors_kit.environment import VARIABLE, read_environment, write_environment

FIELDS = CORSPolicy(["https://app.example.com"]).to_dict()


def packed(text: str) -> str:
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


async def app(scope: object, receive: object, send: object) -> None:
    raise AssertionError("not called")


@pytest.mark.parametrize("writer", ["function", "gateway"])
def test_plain_and_compressed_say_the_same(writer: str) -> None:
    text = write_environment(writer, FIELDS)
    assert read_environment({VARIABLE: text}) == read_environment({VARIABLE: packed(text)}) == (writer, FIELDS)


def test_the_text_has_sorted_keys_and_no_white_space() -> None:
    text = write_environment("function", FIELDS)
    assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"))
    assert " " not in text


@pytest.mark.parametrize(
    ("value", "code", "said"),
    [
        (None, "environment.missing", "is not set"),
        ("", "environment.missing", "is not set"),
        ("nonsense", "environment.json", "nonsense"),
        ('{"version":1', "environment.json", "by hand"),
        (packed("no json"), "environment.json", "apply the module again"),
        (packed("[1]"), "environment.json", "no JSON object"),
        (packed(json.dumps({"version": 1}))[:-8], "environment.json", "by hand"),
        (packed(" " * 2_000_000), "environment.json", "more than 1000000 bytes"),
        ('{"policy":null,"version":2,"writer":"none"}', "environment.version", "version 2"),
        ('{"policy":null,"version":2,"writer":"none"}', "environment.version", "reads version 1"),
        ('{"policy":null,"writer":"none"}', "environment.version", "upgrade"),
        ('{"policy":null,"version":1,"writer":"none","x":1}', "environment.keys", '["x"]'),
        ('{"policy":null,"version":1}', "environment.keys", '["writer"]'),
        ('{"policy":null,"version":1,"writer":"nobody"}', "environment.writer", "nobody"),
        ('{"policy":null,"version":1,"writer":"function"}', "environment.writer", "function"),
        ('{"policy":{},"version":1,"writer":"none"}', "environment.writer", "none"),
        ('{"policy":null,"version":1,"writer":["none"]}', "environment.writer", '["none"]'),
    ],
)
def test_a_broken_variable(value: str | None, code: str, said: str) -> None:
    with pytest.raises(PolicyError) as caught:
        read_environment({} if value is None else {VARIABLE: value})
    assert [p.code for p in caught.value.problems] == [code]
    assert said in str(caught.value)
    assert VARIABLE in str(caught.value)


@pytest.mark.parametrize(
    "value", [None, "nonsense", '{"policy":{"allow_origins":["*/"]},"version":1,"writer":"function"}']
)
def test_handler_and_middleware_refuse_to_start(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    if value is not None:
        monkeypatch.setenv(VARIABLE, value)
    with pytest.raises(PolicyError):
        CORSHandler(app)
    with pytest.raises(PolicyError):
        CORSMiddleware(app)


def test_an_invalid_policy_is_refused_even_where_the_gateway_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, write_environment("gateway", {"allow_origins": []}))
    with pytest.raises(PolicyError, match=r"origin\.missing"):
        CORSMiddleware(app)
