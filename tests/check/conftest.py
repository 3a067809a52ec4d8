from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from lambda_cors_kit.cli import main
from tests.check.support import ORIGIN, Behaviour, Site


class Printed(NamedTuple):
    """What a run of the command printed and returned."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        report: dict[str, Any] = json.loads(self.out)
        return report

    @property
    def codes(self) -> list[str]:
        """The codes of the findings, of a run with --json."""
        return [finding["code"] for finding in self.json["findings"]]


Check = Callable[..., Printed]


@pytest.fixture(name="check")
def check_fixture(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Check:
    """Run `lambda-cors-kit check` with these arguments, from a page on `ORIGIN` unless they say otherwise."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def run(url: object, *arguments: object, origin: str = ORIGIN) -> Printed:
        capsys.readouterr()
        code = main(["check", str(url), "--origin", origin, *(str(each) for each in arguments)])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Printed(code, out, err)

    return run


@pytest.fixture(name="site")
def site_fixture() -> Iterator[Callable[..., Site]]:
    """Start a site with a behaviour; it ends with the test."""
    with ExitStack() as stack:

        def start(behaviour: Behaviour, certificate: Path | None = None) -> Site:
            return stack.enter_context(Site(behaviour, certificate))

        yield start
