"""A page on the application of `samples`, as fresh for each test as a new browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette

from lambda_cors_kit import CORSMiddleware
from lambda_cors_kit.testing import BrowserClient
from tests.testing.samples import PAGE, POLICY, ROUTES


@pytest.fixture(scope="module")
def opened() -> Iterator[BrowserClient]:
    with BrowserClient(CORSMiddleware(Starlette(routes=ROUTES), POLICY), PAGE) as client:
        yield client


@pytest.fixture
def page(opened: BrowserClient) -> BrowserClient:
    opened.preflight_cache.clear()
    opened.cookies.clear()
    return opened
