"""Which layer probably wrote an answer, told by the headers that AWS and others add to theirs.

Sources: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html (x-amzn-RequestId,
x-amz-apigw-id), https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ (Via, X-Cache, X-Amz-Cf-Id).
Nothing here is promised by anyone: what it says is "probably".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from ..browser import RawResponse, get_header

REST_API = "rest_api"
HTTP_API = "http_api"
FUNCTION_URL = "function_url"
CLOUDFRONT = "cloudfront"
LOAD_BALANCER = "load_balancer"
S3 = "s3"
OTHER = "other"
UNKNOWN = "unknown"

_NAMES = {
    REST_API: "an API Gateway REST API",
    HTTP_API: "an API Gateway HTTP API",
    FUNCTION_URL: "a Lambda Function URL",
    CLOUDFRONT: "CloudFront",
    LOAD_BALANCER: "an Application Load Balancer",
    S3: "Amazon S3",
}
# What an HTTP API says in errors of its own, always as {"message":"…"}.
_HTTP_API_ERROR = re.compile(
    rb'\{"message":"(?:Not Found|Forbidden|Unauthorized|Internal Server Error|Service Unavailable'
    rb'|Too Many Requests|Request Entity Too Large|Bad Request)"\}'
)
_KIT_VARY = "access-control-request-method, access-control-request-headers"


@dataclass(frozen=True, slots=True)
class Layer:
    """Who probably answered.

    `gateway` names the kind, `itself` whether that wrote the answer or what stands behind it (None where the
    headers do not tell), `evidence` the headers that say so.
    """

    gateway: str
    itself: bool | None
    words: str
    evidence: tuple[str, ...] = ()


def layer_of(method: str, url: str, response: RawResponse) -> Layer:
    """Who probably wrote `response`, the answer to a request with `method` for `url`."""
    seen = {name.lower() for name, _ in response.headers}
    cdn = _evidence(response, "x-amz-cf-id", "via", "x-cache")
    cdn = cdn if any("cloudfront" in item.lower() or item == "x-amz-cf-id" for item in cdn) else ()
    gateway, evidence = _gateway(urlsplit(url).hostname or "", response)
    itself = _is_own(gateway, method, response)
    if gateway == UNKNOWN:
        words = "a server that does not name itself" + (", behind CloudFront" if cdn else "")
    elif gateway == OTHER:
        words = f"a server that calls itself {_value(response, 'server')}" + (", behind CloudFront" if cdn else "")
    elif itself is None:
        words = f"{_NAMES[gateway]} or the function behind it"
    elif itself:
        words = _NAMES[gateway] + " itself"
    else:
        words = f"the function behind {_NAMES[gateway]}"
    if "vary" in seen and method == "OPTIONS" and _is_kits(response):
        words += ", with an answer of lambda-cors-kit"
    return Layer(gateway, itself, words, evidence or cdn)


def _gateway(host: str, response: RawResponse) -> tuple[str, tuple[str, ...]]:
    server = (get_header(response.headers, "server") or "").lower()
    error_type = _evidence(response, "x-amzn-errortype")
    if server == "cloudfront":
        return CLOUDFRONT, _evidence(response, "server", "x-cache")
    if found := _evidence(response, "x-amz-apigw-id"):
        return REST_API, found + error_type
    if found := _evidence(response, "apigw-requestid"):
        return HTTP_API, found
    if host.endswith(".on.aws") and ".lambda-url." in host:
        return FUNCTION_URL, (f"host {host}", *error_type)
    if found := _evidence(response, "x-amzn-requestid"):
        return FUNCTION_URL, found + error_type
    if server.startswith("awselb"):
        return LOAD_BALANCER, _evidence(response, "server")
    if server == "amazons3":
        return S3, _evidence(response, "server")
    if server:
        return OTHER, _evidence(response, "server")
    return UNKNOWN, ()


def _is_own(gateway: str, method: str, response: RawResponse) -> bool | None:
    """Whether the gateway wrote the answer itself; None where its headers do not tell."""
    failed = response.status >= 400
    match gateway:
        case "rest_api":
            if _evidence(response, "x-amzn-errortype"):
                return True
            return None if method == "OPTIONS" else False
        case "http_api":
            if failed:
                return _HTTP_API_ERROR.fullmatch(response.body.strip()) is not None
            return None if method == "OPTIONS" else False
        case "function_url":
            return True if _evidence(response, "x-amzn-errortype") else None if method == "OPTIONS" else False
    return True


def _is_kits(response: RawResponse) -> bool:
    """The Vary that both halves of the kit write on the answers to preflights, and nobody else so."""
    vary = (get_header(response.headers, "vary") or "").lower().removeprefix("origin, ")
    return vary == _KIT_VARY and response.status in (204, 403) and not response.body


def is_refusal_of_the_kit(response: RawResponse) -> bool:
    """A preflight that the kit's policy refused, in the gateway's template or in the function."""
    return response.status == 403 and _is_kits(response)


def _evidence(response: RawResponse, *names: str) -> tuple[str, ...]:
    """The headers among `names` that are there; with their values where these are words rather than ids."""
    worded = ("server", "via", "x-cache", "x-amzn-errortype")
    return tuple(
        f"{name}: {_value(response, name)}" if name in worded else name
        for name in names
        if get_header(response.headers, name) is not None
    )


def _value(response: RawResponse, name: str) -> str:
    return ascii((get_header(response.headers, name) or "")[:60])[1:-1]
