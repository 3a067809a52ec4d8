"""The variable that Terraform writes: read, or refused with a sentence for a person."""

from __future__ import annotations

import base64
import gzip
import json
import os
from hashlib import sha256
from pathlib import Path

import pytest

from lambda_cors_kit import CORSHandler, CORSMiddleware, CORSPolicy, PolicyError
from lambda_cors_kit.environment import VARIABLE, Contract, read_environment, write_environment
from lambda_cors_kit.in_force import in_force
from lambda_cors_kit.problems import shown

FIELDS = CORSPolicy(["https://app.example.com"]).to_dict()


def packed(text: str) -> str:
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


async def app(scope: object, receive: object, send: object) -> None:
    raise AssertionError("not called")


@pytest.mark.parametrize("writer", ["function", "gateway"])
def test_plain_and_compressed_say_the_same(writer: str) -> None:
    text = write_environment(writer, FIELDS)
    plain = read_environment({VARIABLE: text})
    assert plain == read_environment({VARIABLE: packed(text)}) == Contract(writer, FIELDS)


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
        ('{"policy":null,"version":true,"writer":"none"}', "environment.version", "version true"),
        ('{"policy":null,"version":1,"writer":"gateway","vary":0}', "environment.flag", "vary is 0"),
        ('{"policy":null,"version":1,"writer":"none","streams":null}', "environment.flag", "streams is null"),
        ('{"policy":{},"version":1,"writer":"function","more_origins":"yes"}', "environment.flag", '"yes"'),
        ('{"version":1,"writer":"function"}', "environment.keys", '["policy"]'),
        (
            '{"policy":{},"policy_file":{"path":"a","sha256":"b"},"version":1,"writer":"function"}',
            "environment.keys",
            "policy_file",
        ),
        ('{"policy_file":"a","version":1,"writer":"function"}', "environment.policy_file", '"a"'),
        ('{"policy_file":{"path":"a"},"version":1,"writer":"function"}', "environment.policy_file", "SHA-256"),
        (
            '{"policy_file":{"path":"a","sha256":"b"},"version":1,"writer":"gateway"}',
            "environment.writer",
            "gateway",
        ),
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
    monkeypatch.setenv("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001")
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


def test_the_keys_of_features_are_read() -> None:
    file = {"path": "/app/policy.json", "sha256": "0" * 64}
    text = '{"policy_file":%s,"version":1,"writer":"function","more_origins":true,"streams":true,"vary":false}'
    contract = read_environment({VARIABLE: text % json.dumps(file)})
    assert contract == Contract("function", None, vary=False, policy_file=file, more_origins=True, streams=True)
    assert read_environment({VARIABLE: write_environment("gateway", None, vary=False)}).vary is False
    plain = read_environment({VARIABLE: write_environment("gateway", None)})
    assert plain == Contract("gateway", None, vary=True, policy_file=None, more_origins=False, streams=False)


@pytest.fixture
def policy_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A policy in a file, and an environment that names it."""
    file = tmp_path / "policy.json"
    file.write_text(json.dumps(FIELDS))
    normalised = CORSPolicy(**FIELDS).to_json()
    named = {"path": str(file), "sha256": sha256(normalised.encode()).hexdigest()}
    monkeypatch.setenv(VARIABLE, json.dumps({"policy_file": named, "version": 1, "writer": "function"}))
    return file


def test_a_policy_file_is_the_policy_in_force(policy_file: Path) -> None:
    writing = in_force(None, os.environ)
    assert writing is not None
    assert ("access-control-allow-origin", "https://app.example.com") in writing.actual("https://app.example.com")
    # However it is written, the policy is the same.
    policy_file.write_text(json.dumps(FIELDS, indent=4))
    assert in_force(None, os.environ) is not None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read"),
        ('{"allow_origins": ["https://other.example.com"]}', "one of the two is older"),
        ('{"allow_origins": []}', "origin.missing"),
        ("[", "cannot be used"),
    ],
)
def test_a_policy_file_that_is_not_the_deployed_one_fails_the_start(
    content: str | None, said: str, policy_file: Path
) -> None:
    if content is None:
        policy_file.unlink()
    else:
        policy_file.write_text(content)
    with pytest.raises(PolicyError) as caught:
        in_force(None, os.environ)
    [problem] = caught.value.problems
    assert problem.code == "environment.policy_file"
    assert said in problem.message
    # A message that quotes it cuts what is long, such as the folder of a test.
    assert shown(str(policy_file)).strip('"…') in problem.message
