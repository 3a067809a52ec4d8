"""The names that users import: what is listed here stays, by semantic versioning."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys

import pytest

import lambda_cors_kit
from embedded import ROOT

PUBLIC: dict[str, str] = {
    "lambda_cors_kit": "CORSHandler CORSMiddleware CORSPolicy PolicyError Problem",
    "lambda_cors_kit.browser": """
        ALLOW_CREDENTIALS ALLOW_HEADERS ALLOW_METHODS ALLOW_ORIGIN BAD_PORTS CHROMIUM_MAX_AGE CREDENTIALS
        DEFAULT_MAX_AGE EXPOSE_HEADERS FORBIDDEN_METHODS FORBIDDEN_REQUEST_HEADERS FORBIDDEN_RESPONSE_HEADERS
        MAX_AGE MAX_REDIRECTS MAX_SAFELISTED_TOTAL MAX_SAFELISTED_VALUE METHOD_OVERRIDE_HEADERS MODES
        NORMALIZED_METHODS NULL_BODY_STATUSES REDIRECTS REDIRECT_STATUSES REQUEST_BODY_HEADERS
        SAFELISTED_CONTENT_TYPES SAFELISTED_METHODS SAFELISTED_RESPONSE_HEADERS
        AsyncSend CookieJar Credentials Exchange HeaderList MalformedHeader Mode NetworkError PreflightCache
        RawResponse Reason Redirect Refusal Request Response ResponseType Send Step Tainting Verdict
        cors_check exposed_headers extract_list fetch fetch_async get_header is_forbidden_method
        is_forbidden_request_header is_safelisted_request_header needs_preflight normalize_method preflight_check
        preflight_headers preflight_max_age resolve_url serialized_origin unsafe_request_header_names url_origin
    """,
    "lambda_cors_kit.testing": """
        BrowserClient BrowserResponse CORSError Cookies FetchInit Headers LambdaContext LambdaHandler Preflight
    """,
    "lambda_cors_kit.local": "Deployment Gateway GatewayError read_deployment",
}
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("module", PUBLIC)
def test_a_module_has_its_public_names(module: str) -> None:
    found = importlib.import_module(module)
    names = PUBLIC[module].split()
    assert [name for name in names if not hasattr(found, name)] == []
    assert set(names) <= set(dir(found))
    if hasattr(found, "__all__"):
        assert sorted(found.__all__) == sorted(names)


def test_names_that_are_imported_late_are_listed_too() -> None:
    program = "import lambda_cors_kit as kit, sys; print(*dir(kit)); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    listed, loaded = done.stdout.splitlines()
    assert {"CORSHandler", "CORSMiddleware", "CORSPolicy", "__version__", "__doc__"} <= set(listed.split())
    assert not {"lambda_cors_kit.handler", "lambda_cors_kit.middleware"} & set(loaded.split())


def test_another_name_is_an_error() -> None:
    with pytest.raises(AttributeError, match="module 'lambda_cors_kit' has no attribute 'CorsHandler'"):
        _ = lambda_cors_kit.CorsHandler


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_imports_is_public(page: object) -> None:
    text = (ROOT / str(page)).read_text(encoding="utf-8")
    for module, names in re.findall(r"from (lambda_cors_kit[\w.]*) import ([\w, ]+)", text):
        assert set(names.split(", ")) <= set(PUBLIC[module].split())
    for module, name in re.findall(r"`(lambda_cors_kit\.\w+)\.(\w+)`", text):
        assert name in PUBLIC[module].split()
