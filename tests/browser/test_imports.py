"""What the browser's half loads, what it leans on, and what it hands on."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

from lambda_cors_kit import browser

FILES = {path.stem: path for path in Path(str(browser.__file__)).parent.glob("*.py")}

NAMES = """
ALLOW_CREDENTIALS ALLOW_HEADERS ALLOW_METHODS ALLOW_ORIGIN AsyncSend BAD_PORTS CHROMIUM_MAX_AGE CookieJar
cors_check CREDENTIALS Credentials DEFAULT_MAX_AGE Exchange EXPOSE_HEADERS exposed_headers extract_list
fetch fetch_async FORBIDDEN_METHODS FORBIDDEN_REQUEST_HEADERS FORBIDDEN_RESPONSE_HEADERS get_header
HeaderList is_forbidden_method is_forbidden_request_header is_safelisted_request_header MalformedHeader
MAX_AGE MAX_REDIRECTS MAX_SAFELISTED_TOTAL MAX_SAFELISTED_VALUE METHOD_OVERRIDE_HEADERS Mode MODES
needs_preflight NetworkError normalize_method NORMALIZED_METHODS NULL_BODY_STATUSES preflight_check
preflight_headers preflight_max_age PreflightCache RawResponse Reason Redirect REDIRECT_STATUSES
REDIRECTS Refusal Request REQUEST_BODY_HEADERS resolve_url Response ResponseType SAFELISTED_CONTENT_TYPES
SAFELISTED_METHODS SAFELISTED_RESPONSE_HEADERS Send serialized_origin Step Tainting
unsafe_request_header_names url_origin Verdict
"""


def imports(path: Path) -> Iterator[str]:
    """Each module that the file imports: `json`, `.url`, `..standard`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def test_importing_it_loads_no_framework_and_no_event_loop() -> None:
    code = "import sys, lambda_cors_kit.browser; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "lambda_cors_kit.browser" in loaded
    assert not {"asyncio", "starlette", "mangum", "http.client", "ssl", "socket"} & set(loaded)


def test_of_the_rest_of_the_kit_it_imports_the_standards_lists_alone() -> None:
    imported = {name for path in FILES.values() for name in imports(path)}
    own = {f".{name}" for name in FILES}
    outside = {name for name in imported - own if name.partition(".")[0] not in sys.stdlib_module_names}
    assert outside == {"..standard"}


def test_no_two_of_its_files_need_each_other() -> None:
    needs = {
        name: {used[1:] for used in imports(path) if used.startswith(".") and not used.startswith("..")}
        for name, path in FILES.items()
    }
    assert {"refusal", "main_fetch", "__init__"} < set(needs)
    assert list(TopologicalSorter(needs).static_order())[-1] == "__init__"


def test_a_file_of_it_has_fewer_than_300_lines() -> None:
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in FILES.items()}
    assert {name: lines for name, lines in lengths.items() if lines >= 300} == {}


def test_its_names_stay() -> None:
    assert sorted(browser.__all__, key=str.lower) == NAMES.split()
    assert all(hasattr(browser, name) for name in browser.__all__)
