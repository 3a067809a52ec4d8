"""Coverage-guided fuzzing of what comes from outside: policy JSON, the environment variable, events, headers.

Run by `make fuzz` for a minute; `python -m tests.fuzz -max_total_time=600` for longer (libFuzzer's options).
"""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

import atheris

with atheris.instrument_imports(include=["lambda_cors_kit"]):
    from lambda_cors_kit import CORSHandler, CORSPolicy, PolicyError
    from lambda_cors_kit.decision import Decision
    from lambda_cors_kit.environment import VARIABLE, read_environment
    from lambda_cors_kit.payloads.events import UnknownEventError

ORIGIN = "https://app.example.com"
POLICY = CORSPolicy([ORIGIN, "https://*.example.org", "http://localhost:*"], allow_credentials=True)
# Starting points: libFuzzer finds the way from here.
CORPUS = [
    '{"allow_origins":["https://app.example.com","http://*.localhost:*"],"allow_credentials":true}',
    '{"policy":{"allow_origins":["*"]},"version":1,"writer":"function"}',
    '{"resource":"/{proxy+}","path":"/a","httpMethod":"OPTIONS","multiValueHeaders":{"Origin":["https://app.example.com"],'
    '"Access-Control-Request-Method":["PUT"]},"headers":{},"requestContext":{"identity":{"sourceIp":"192.0.2.1"}},"body":null}',
    '{"version":"2.0","rawPath":"/a","headers":{"origin":"https://app.example.com","host":"a:1"},"requestContext":'
    '{"http":{"method":"GET","path":"/a","sourceIp":"192.0.2.1"}},"isBase64Encoded":true,"body":"YQ=="}',
    '{"requestContext":{"elb":{}},"httpMethod":"GET","path":"/","multiValueHeaders":{"origin":["https://a.example.org"]}}',
]


async def app(scope: Any, receive: Any, send: Any) -> None:
    """An app that sets headers it should not, so that the handler has something to replace."""
    await receive()
    headers = [(b"access-control-allow-origin", b"*"), (b"vary", b"accept"), (b"content-type", b"text/plain")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"app"})


HANDLER = CORSHandler(app, policy=POLICY, lifespan="off")


def fuzz(data: bytes) -> None:
    """One input, tried as each thing that comes from outside; only the documented errors may come out."""
    text = data.decode("utf-8", "surrogateescape")
    policy = _policy(text)
    _environment(text)
    _event(text)
    origin, _, rest = text.partition("\n")
    method, _, headers = rest.partition("\n")
    for tried in (POLICY, policy):
        if tried is not None:
            _decision(tried, origin, method, headers)


def _policy(text: str) -> CORSPolicy | None:
    try:
        policy = CORSPolicy.from_json(text)
    except PolicyError as error:
        assert error.problems
        assert str(error).encode("utf-8")
        return None
    assert CORSPolicy.from_json(policy.to_json()) == policy
    return policy


def _environment(text: str) -> None:
    try:
        read_environment({VARIABLE: text})
    except PolicyError as error:
        assert error.problems


def _event(text: str) -> None:
    try:
        event = json.loads(text)
    except (ValueError, RecursionError):
        return
    try:
        result = HANDLER(event, None)
    except UnknownEventError:
        return
    held = {**(result.get("headers") or {}), **(result.get("multiValueHeaders") or {})}
    allowed = held.get("access-control-allow-origin")
    allowed = allowed[0] if isinstance(allowed, list) else allowed
    assert allowed is None or POLICY.allows_origin(allowed), allowed


def _decision(policy: CORSPolicy, origin: str, method: str, headers: str) -> None:
    decision = Decision(policy)
    for answer in (decision.actual(origin), decision.preflight(origin, method, headers)[1]):
        allowed = dict(answer).get("access-control-allow-origin")
        assert allowed is None or policy.allows_origin(origin)
        assert not any(c in value for _, value in answer for c in "\r\n")


def main() -> None:
    """Runs libFuzzer with the corpus above in a folder that it may write to."""
    import tempfile
    from pathlib import Path

    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(CORPUS):
            Path(folder, f"seed-{number}").write_text(seed, encoding="utf-8")
        atheris.Setup([*sys.argv, folder, f"-artifact_prefix={folder}/"], fuzz)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
