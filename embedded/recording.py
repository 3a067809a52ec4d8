"""A recording of the requests that the embedded AWS was sent: what the provider puts into a body, and what not."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import unquote

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
# The service in a request's signature: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
_SERVICE = re.compile(r"Credential=[^/]+/[0-9]+/[^/]+/([^/]+)/")


@dataclass(frozen=True)
class Request:
    """One request as it came: `path` decoded, `query` raw, `body` parsed if it is JSON, else text ("" is none)."""

    service: str
    method: str
    path: str
    query: str
    body: Any


def request_of(environ: Mapping[str, Any], body: bytes) -> Request:
    """Return the request of a WSGI environment."""
    text = body.decode(errors="replace")
    try:
        parsed = json.loads(text)
    except ValueError:
        parsed = text
    signed = _SERVICE.search(environ.get("HTTP_AUTHORIZATION", ""))
    return Request(
        service=signed[1] if signed else "",
        method=environ["REQUEST_METHOD"],
        path=unquote(environ["PATH_INFO"]),
        query=environ.get("QUERY_STRING", ""),
        body=parsed,
    )


class Recorder:
    """WSGI layer: every signed request becomes one line of JSON in `file`, before it is answered."""

    def __init__(self, application: Application, file: Path) -> None:
        self._application = application
        self._file = file
        self._lock = Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Record the request and hand it on; its body can be read again."""
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        request = request_of(environ, body)
        if request.service:
            with self._lock, self._file.open("a") as lines:
                lines.write(json.dumps(asdict(request)) + "\n")
        return self._application(environ, start_response)


def read(file: Path) -> list[Request]:
    """Return the recorded requests, the oldest first."""
    return [Request(**json.loads(line)) for line in file.read_text().splitlines()]
