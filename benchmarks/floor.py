"""The floor: what one writes by hand for one policy, one event format and one route, every check included."""

from __future__ import annotations

import json
from typing import Any

from .cases import HEADERS, MAX_AGE, METHODS, ORIGIN

_ORIGINS = frozenset({ORIGIN})
_METHODS = frozenset(METHODS)
_NAMES = frozenset(HEADERS)
_VARY = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
_PREFLIGHT = {
    "access-control-allow-credentials": "true",
    "access-control-allow-methods": ",".join(METHODS),
    "access-control-allow-headers": ",".join(HEADERS),
    "access-control-max-age": str(MAX_AGE),
    "vary": _VARY,
}


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Answers HTTP API events."""
    # In whatever case a client spelled them.
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    origin = headers.get("origin")
    if event["requestContext"]["http"]["method"] == "OPTIONS" and origin is not None:
        method = headers.get("access-control-request-method")
        if method is not None:
            return _preflight(origin, method, headers.get("access-control-request-headers"))
    answer = {"content-type": "application/json", "vary": "Origin"}
    if origin in _ORIGINS:
        answer["access-control-allow-origin"] = origin
        answer["access-control-allow-credentials"] = "true"
    body = json.dumps({"items": [1, 2, 3]})
    return {"statusCode": 200, "body": body, "headers": answer, "isBase64Encoded": False}


def _preflight(origin: str, method: str, names: str | None) -> dict[str, Any]:
    if len(origin) <= 326 and origin in _ORIGINS and method in _METHODS and _allowed(names):
        headers = {"access-control-allow-origin": origin, **_PREFLIGHT}
        return {"statusCode": 204, "body": "", "headers": headers, "isBase64Encoded": False}
    return {"statusCode": 403, "body": "", "headers": {"vary": _VARY}, "isBase64Encoded": False}


def _allowed(names: str | None) -> bool:
    if not names:
        return True
    if len(names) > 4096:
        return False
    return all(part.strip(" \t") in _NAMES for part in names.lower().split(",") if part.strip(" \t"))
