"""examples/quickstart/app.py, as pages on several origins see it."""

from __future__ import annotations

import importlib
import json
import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from embedded import ROOT
from lambda_cors_kit import CORSPolicy
from lambda_cors_kit.environment import VARIABLE, write_environment
from lambda_cors_kit.testing import BrowserClient, CORSError

QUICKSTART = ROOT / "examples/quickstart"
PAGES = ["https://app.example.com", "https://pr-7.preview.example.com", "http://localhost:5173"]


def policy() -> CORSPolicy:
    """The policy that main.tf states."""
    stated = re.search(r"allow_origins *= \[(.*)\]", (QUICKSTART / "main.tf").read_text())
    assert stated
    return CORSPolicy(allow_origins=re.findall(r'"([^"]+)"', stated[1]), allow_credentials=True)


@pytest.fixture(scope="module")
def handler() -> Iterator[Any]:
    """What Lambda calls, with the environment that Terraform gives the function."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, write_environment("function", json.loads(policy().to_json())))
        patch.syspath_prepend(str(QUICKSTART))
        module = importlib.import_module("app")
        # Another folder's app.py may be wanted under this name later.
        patch.delitem(sys.modules, "app")
        yield module.handler
        module.handler.close()


@pytest.mark.parametrize("origin", PAGES)
def test_a_page_of_the_policy_reads_and_writes(handler: Any, origin: str) -> None:
    page = BrowserClient(handler, origin=origin)
    assert page.fetch("/").json() == {"message": "Hello from Lambda"}
    response = page.fetch("/items/7", method="PUT", json={"name": "Chair", "price": 45})
    assert response.preflight is not None
    assert response.preflight.status == 204
    assert page.fetch("/items").json()["7"] == {"name": "Chair", "price": 45}


def test_a_page_with_credentials_is_recognised(handler: Any) -> None:
    page = BrowserClient(handler, origin=PAGES[0])
    assert page.fetch("/me", credentials="include").json() == {"visits": 1}
    assert page.fetch("/me", credentials="include").json() == {"visits": 2}
    assert page.fetch("/me", credentials="omit").json() == {"visits": 1}


@pytest.mark.parametrize(
    ("path", "status"), [("/items/99", 404), ("/nowhere", 404), ("/items/one", 422), ("/crash", 500)]
)
def test_errors_are_readable(handler: Any, path: str, status: int) -> None:
    assert BrowserClient(handler, origin=PAGES[0]).fetch(path).status == status


@pytest.mark.parametrize(
    "origin",
    ["http://127.0.0.1:5173", "https://evil.example", "https://preview.example.com", "http://app.example.com"],
)
def test_any_other_page_reads_nothing(handler: Any, origin: str) -> None:
    page = BrowserClient(handler, origin=origin)
    with pytest.raises(CORSError):
        page.fetch("/")
    with pytest.raises(CORSError):
        page.fetch("/me", credentials="include")
    with pytest.raises(CORSError):
        page.fetch("/items/1", method="PUT", json={"name": "Lamp", "price": 0})
    assert BrowserClient(handler, origin=PAGES[0]).fetch("/items/1").json()["price"] == 29.5
