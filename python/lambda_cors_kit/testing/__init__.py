"""A browser for tests: what a page's JavaScript may read of your API, or the CORS rule that hides it.

    from lambda_cors_kit.testing import BrowserClient
    from app import app  # any ASGI application, or a Lambda handler

    def test_the_page_can_save():
        page = BrowserClient(app, origin="https://app.example.com")
        response = page.fetch("/items/1", method="PUT", json={"name": "lamp"})
        assert response.ok and response.preflight.status == 204

As a pytest fixture, which runs the application's lifespan once per module and ends it (docs/testing.md):

    @pytest.fixture(scope="module")
    def page():
        with BrowserClient(app, origin="https://app.example.com") as client:
            yield client

Nothing is sent over a network, and only the standard library is used.
"""

from __future__ import annotations

from .client import BrowserClient, FetchInit
from .cookies import Cookies
from .lambda_server import LambdaContext
from .response import BrowserResponse, CORSError, Headers, Preflight
from .server import LambdaHandler

__all__ = [
    "BrowserClient",
    "BrowserResponse",
    "CORSError",
    "Cookies",
    "FetchInit",
    "Headers",
    "LambdaContext",
    "LambdaHandler",
    "Preflight",
]
