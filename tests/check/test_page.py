"""The examples in docs/check.md are what the command prints."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from lambda_cors_kit.check import findings, other_pages, remedies
from tests.check.conftest import Check
from tests.check.support import ORIGIN, Answer, Asked, Site, healthy

PAGE = Path(__file__).parents[2] / "docs" / "check.md"
EXAMPLE = re.compile(r"```console\n\$ lambda-cors-kit check (.+?)\n(.*?)\n\$ echo \$\?\n(\d)\n```", re.DOTALL)
PLACE = "localhost:8000"
POLICY = {
    "allow_origins": [ORIGIN, "https://admin.example.com"],
    "allow_methods": ["GET", "PUT"],
    "max_age": 7200,
}
REST_API = (("x-amzn-RequestId", "0c9b1f5e"), ("x-amz-apigw-id", "ZkX2bE1u="))


def rest_api(asked: Asked) -> Answer:
    """A REST API whose stage still serves an old deployment, and whose own errors are bare."""
    if "lambda-cors-kit-probe" in asked.path:
        missing = ("x-amzn-ErrorType", "MissingAuthenticationTokenException")
        return Answer(403, (*REST_API, missing), b'{"message":"Missing Authentication Token"}')
    live = (ORIGIN,) if asked.is_preflight else (ORIGIN, "https://admin.example.com")
    answer = healthy(*live, methods="GET,PUT", age="600")(asked)
    return answer._replace(headers=(*REST_API, *answer.headers))


@pytest.mark.parametrize("example", EXAMPLE.findall(PAGE.read_text(encoding="utf-8")), ids=["blocked", "drifted"])
def test_an_example(
    example: tuple[str, str, str],
    check: Check,
    site: Callable[..., Site],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    command, output, code = example
    place = f"localhost:{site(rest_api).port}"
    (tmp_path / "policy.json").write_text(json.dumps(POLICY))
    monkeypatch.chdir(tmp_path)

    url, option, origin, *arguments = shlex.split(command.replace("\\\n", "").replace(PLACE, place))
    assert option == "--origin"
    printed = check(url, *arguments, origin=origin)
    assert printed.out.replace(place, PLACE).rstrip("\n") == output
    assert printed.code == int(code)


def test_every_finding_is_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    source = "".join(Path(str(module.__file__)).read_text(encoding="utf-8") for module in (findings, other_pages))
    codes = set(
        re.findall(r'"((?:origin|headers|wildcard|preflight|errors|vary|gateway|probes)\.[a-z_]+)"', source)
    )

    assert len(codes) > 15
    assert {code for code in codes | set(remedies.MEANING) if f"`{code}`" not in page} == set()
