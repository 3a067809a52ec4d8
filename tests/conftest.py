"""What every folder of tests shares: the embedded AWS, Terraform's environment, and tools that may be missing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_terraform import tf

from demo.chromium import find_chromium
from embedded.aws import EmbeddedAWS
from embedded.terraform import cli_environment

VELOCITY = Path("/usr/share/java/velocity.jar")

Tool = tuple[Callable[[], Path | None], str]
TOOLS: dict[str, Tool] = {
    "chromium": (find_chromium, "a Chromium on PATH (Debian: apt install chromium)"),
    "velocity": (
        lambda: VELOCITY if VELOCITY.is_file() else None,
        f"Apache Velocity as {VELOCITY} (Debian: apt install velocity default-jre-headless)",
    ),
}


def require(tool: str) -> Path:
    """Return the path of an optional tool; without it the test is skipped by name, or fails where CI=true."""
    find, wanted = TOOLS[tool]
    path = find()
    if path is not None:
        return path
    if os.environ.get("CI", "").lower() in ("true", "1"):
        pytest.fail(f"CI=true and a tool is missing: {wanted}", pytrace=False)
    pytest.skip(f"needs {wanted}")


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers; pytest-terraform registers `terraform` as well."""
    config.addinivalue_line("markers", "browser: drives a real browser")
    config.addinivalue_line("markers", "changes: applies every change of a live API; `make changes` runs them")
    config.addinivalue_line("markers", "terraform: runs Terraform, or a demo that does")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark everything that runs Terraform, so that `-m "not terraform"` is the quick half of the tests."""
    fixtures = {"embedded_aws", "terraform_environment"} | applied_fixtures()
    if fixtures.intersection(getattr(item, "fixturenames", ())):
        item.add_marker(pytest.mark.terraform)


def applied_fixtures() -> set[str]:
    """Return the names of the fixtures that pytest-terraform applies."""
    return {fixture.name for fixture in tf.terraform.get_fixtures()}


@pytest.fixture(name="require", scope="session")
def require_fixture() -> Callable[[str], Path]:
    """The function `require`, for tests that prefer a fixture to an import."""
    return require


@pytest.fixture(scope="session")
def embedded_aws() -> Iterator[EmbeddedAWS]:
    """One embedded AWS per worker; what a test creates there it also destroys."""
    with EmbeddedAWS() as aws:
        yield aws


@pytest.fixture(scope="session")
def terraform_environment(embedded_aws: EmbeddedAWS) -> dict[str, str]:
    """The environment in which Terraform finds its provider and the embedded AWS."""
    return cli_environment(embedded_aws.environment)


@pytest.fixture(scope="session", autouse=True)
def _environment_of_pytest_terraform(request: pytest.FixtureRequest) -> Iterator[None]:
    """Give pytest-terraform, whose fixtures cannot ask for another one, its environment by `os.environ`."""
    names = applied_fixtures()
    if not any(names.intersection(getattr(item, "fixturenames", ())) for item in request.session.items):
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        for name, value in request.getfixturevalue("terraform_environment").items():
            patch.setenv(name, value)
        for name in ("AWS_CA_BUNDLE", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
            patch.delenv(name, raising=False)
        yield
