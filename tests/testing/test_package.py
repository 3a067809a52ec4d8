"""What `lambda_cors_kit.testing` hands on, and what importing it takes."""

from __future__ import annotations

import subprocess
import sys

from lambda_cors_kit import testing

NAMES = {
    "BrowserClient",
    "BrowserResponse",
    "CORSError",
    "Cookies",
    "FetchInit",
    "Headers",
    "LambdaContext",
    "LambdaHandler",
    "Preflight",
}


def test_the_public_names() -> None:
    assert set(testing.__all__) == NAMES
    assert all(hasattr(testing, name) for name in NAMES)


def test_it_needs_the_standard_library_only() -> None:
    """An ASGI application and a handler of nobody's are tested where nothing else is installed."""
    script = """
import sys
from lambda_cors_kit.testing import BrowserClient

async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body"})

for each in (app, lambda event, context: "fine"):
    with BrowserClient(each, "https://api.example.com") as page:
        assert page.fetch("/").ok
known = {*sys.stdlib_module_names, "lambda_cors_kit", "__main__"}
print(sorted({name.partition(".")[0] for name in sys.modules} - known - BEFORE))
"""
    before = "import sys\nBEFORE = {name.partition('.')[0] for name in sys.modules}\n"
    run = subprocess.run(
        [sys.executable, "-c", before + script], capture_output=True, text=True, timeout=60, check=False
    )
    assert (run.stdout, run.stderr, run.returncode) == ("[]\n", "", 0)
