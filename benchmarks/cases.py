"""The requests that are measured, as the events that AWS makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

ORIGIN = "https://app.example.com"
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
HEADERS = ["authorization", "content-type"]
MAX_AGE = 7200

Event = dict[str, Any]

# What a gateway passes on of a Chromium page's fetch().
_SENT = {
    "accept": "application/json, text/plain, */*",
    "accept-encoding": "gzip, deflate, br, zstd",
    "accept-language": "en-GB,en;q=0.9",
    "authorization": "Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "content-length": "0",
    "host": "a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com",
    "referer": f"{ORIGIN}/",
    "sec-fetch-dest": "empty",
    "sec-fetch-mode": "cors",
    "sec-fetch-site": "cross-site",
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0",
    "x-amzn-trace-id": "Root=1-68f0c1d2-0123456789abcdef01234567",
    "x-forwarded-for": "192.0.2.1",
    "x-forwarded-port": "443",
    "x-forwarded-proto": "https",
}
_PREFLIGHT = {
    "access-control-request-headers": "authorization,content-type",
    "access-control-request-method": "PUT",
}
_QUERY = {"page": "2", "sort": "name"}


class Case(NamedTuple):
    """One request; `readable` says whether the page on `ORIGIN` is to read the answer."""

    title: str
    event: Event
    readable: bool


def _event(kind: str, method: str, path: str, headers: Mapping[str, str]) -> Event:
    if kind == "http":
        http = {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "-"}
        return {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": path,
            "rawQueryString": urlencode(_QUERY),
            "queryStringParameters": _QUERY,
            "headers": dict(headers),
            "requestContext": {"http": http, "stage": "$default", "requestId": "a", "timeEpoch": 1},
            "isBase64Encoded": False,
        }
    shared = {"httpMethod": method, "path": path, "body": None, "isBase64Encoded": False}
    if kind == "alb":
        context = {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:eu-central-1:1:targetgroup/a/b"}}
        return {**shared, "headers": dict(headers), "queryStringParameters": _QUERY, "requestContext": context}
    spelled = {"-".join(part.capitalize() for part in name.split("-")): value for name, value in headers.items()}
    return {
        **shared,
        "resource": "/{proxy+}",
        "headers": spelled,
        "multiValueHeaders": {name: [value] for name, value in spelled.items()},
        "queryStringParameters": _QUERY,
        "multiValueQueryStringParameters": {name: [value] for name, value in _QUERY.items()},
        "requestContext": {"identity": {"sourceIp": "192.0.2.1"}, "stage": "prod", "requestId": "a"},
    }


def _preflight(kind: str, **changes: str) -> Event:
    headers = {**_SENT, **_PREFLIGHT, "origin": ORIGIN, **{k.replace("_", "-"): v for k, v in changes.items()}}
    return _event(kind, "OPTIONS", "/items", headers)


def _get(kind: str, path: str = "/items", origin: str | None = ORIGIN) -> Event:
    return _event(kind, "GET", path, {**_SENT, **({"origin": origin} if origin else {})})


_EIGHT_KB_OF_NAMES = ",".join(f"x-header-{number:05}" for number in range(546))

CASES = {
    "preflight": Case("preflight, allowed", _preflight("http"), True),
    "refused": Case("preflight, refused", _preflight("http", origin="https://evil.test"), False),
    "get": Case("GET, cross-origin", _get("http"), True),
    "same": Case("GET, same origin", _get("http", origin=None), False),
    "preflight-rest": Case("preflight, REST API", _preflight("rest"), True),
    "get-rest": Case("GET, REST API", _get("rest"), True),
    "preflight-alb": Case("preflight, load balancer", _preflight("alb"), True),
    "get-alb": Case("GET, load balancer", _get("alb"), True),
    "def": Case("GET, `def` route", _get("http", "/things"), True),
    "origin-8k": Case("8 KB of Origin", _preflight("http", origin="https://" + "a." * 4090 + "test"), False),
    "names-8k": Case(
        "8 KB of header names", _preflight("http", access_control_request_headers=_EIGHT_KB_OF_NAMES), False
    ),
    "commas-8k": Case("8 KB of commas", _preflight("http", access_control_request_headers="," * 8192), False),
}
