"""The same API at every kind of address, and the event that AWS makes of a URL there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

Event = dict[str, Any]


@dataclass(frozen=True)
class Address:
    """Where an API is: `base` is what stands before the app's own path; `stage` and `route` are the API's."""

    kind: str
    base: str = ""
    stage: str = "live"
    route: str = "/{proxy+}"

    def event(self, url: str, method: str = "GET") -> Event:
        """The event of a request; `url` is absolute or a path below the base.

        Raises ValueError for a URL that is not of this API: there, somebody else would answer.
        """
        parts = urlsplit(url)
        path = parts.path if parts.netloc else f"{self.base}{parts.path}"
        if not f"{path}/".startswith(f"{self.base}/") or parts.netloc not in ("", "api.example.com"):
            raise ValueError(f"{url} is not of the API at {self.base or '/'}")
        own = path[len(self.base) :] or "/"
        if self.kind in ("http_v2", "function_url"):
            return self._v2(method, path, own, parts.query)
        if self.kind in ("rest", "http_v1"):
            return self._v1(method, path, own, parts.query)
        return self._alb(method, path, parts.query)

    def _routed(self, own: str) -> tuple[str, dict[str, str] | None]:
        """The route that takes the path, and its parameters."""
        if self.route == "$default":
            return "$default", None
        proxy = own.strip("/")
        return ("/{proxy+}", {"proxy": proxy}) if proxy else ("/", None)

    def _v2(self, method: str, path: str, own: str, query: str) -> Event:
        is_url = self.kind == "function_url"
        route, parameters = ("$default", None) if is_url else self._routed(unquote(own))
        sent = path if is_url else unquote(path)
        return {
            "version": "2.0",
            "routeKey": route if route == "$default" else f"ANY {route}",
            "rawPath": sent,
            "rawQueryString": query,
            "headers": {"host": "api.example.com", "x-forwarded-proto": "https", "x-forwarded-port": "443"},
            "requestContext": {
                "domainName": "id.lambda-url.us-east-1.on.aws" if is_url else "api.example.com",
                "http": {"method": method, "path": sent, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1"},
                "stage": self.stage,
            },
            **({"pathParameters": parameters} if parameters else {}),
            "isBase64Encoded": False,
        }

    def _v1(self, method: str, path: str, own: str, query: str) -> Event:
        is_rest = self.kind == "rest"
        route, parameters = self._routed(own if is_rest else unquote(own))
        # A REST API's event has a domain's base path, and not the stage.
        seen = own if self.base == f"/{self.stage}" else path
        headers = {"Host": "api.example.com", "X-Forwarded-Proto": "https", "X-Forwarded-Port": "443"}
        return {
            **({} if is_rest else {"version": "1.0"}),
            "resource": route,
            "path": seen if is_rest else unquote(path),
            "httpMethod": method,
            "headers": headers,
            "multiValueHeaders": {name: [value] for name, value in headers.items()},
            "queryStringParameters": dict(parse_qsl(query)) or None,
            "multiValueQueryStringParameters": {n: [v] for n, v in parse_qsl(query)} or None,
            "pathParameters": parameters,
            "requestContext": {
                "path": path if is_rest else unquote(path),
                "resourcePath": route,
                "protocol": "HTTP/1.1",
                "identity": {"sourceIp": "192.0.2.1"},
                "stage": self.stage,
            },
            "body": None,
            "isBase64Encoded": False,
        }

    def _alb(self, method: str, path: str, query: str) -> Event:
        made: Event = {
            "requestContext": {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:::targetgroup/a"}},
            "httpMethod": method,
            "path": path,
            "body": "",
            "isBase64Encoded": False,
        }
        headers = {"host": "api.example.com", "x-forwarded-proto": "https", "x-forwarded-port": "443"}
        pairs = dict(part.split("=") for part in query.split("&") if part)
        if self.kind == "alb":
            return {**made, "headers": headers, "queryStringParameters": pairs}
        return {
            **made,
            "multiValueHeaders": {name: [value] for name, value in headers.items()},
            "multiValueQueryStringParameters": {name: [value] for name, value in pairs.items()},
        }


ADDRESSES = {
    "REST with a stage": Address("rest", "/live"),
    "REST, a domain": Address("rest"),
    "REST, a domain with a base path": Address("rest", "/v1"),
    "REST, a domain with a nested base path": Address("rest", "/v1/nested"),
    "HTTP API": Address("http_v2", stage="$default", route="$default"),
    "HTTP API by routes": Address("http_v2", stage="$default"),
    "HTTP API with a named stage": Address("http_v2", "/live", route="$default"),
    "HTTP API with a named stage by routes": Address("http_v2", "/live"),
    "HTTP API, a domain with a base path": Address("http_v2", "/v1/nested", stage="$default"),
    "HTTP API 1.0": Address("http_v1", stage="$default", route="$default"),
    "HTTP API 1.0 with a named stage": Address("http_v1", "/live", route="$default"),
    "HTTP API 1.0, a domain with a base path": Address("http_v1", "/v1"),
    "Function URL": Address("function_url", stage="$default"),
    "load balancer": Address("alb"),
    "load balancer, multi-value": Address("alb_multiple"),
}
