"""What two servers' answers to one request have in common once nothing is left that may differ.

Left out: what belongs to the connection or to the server (Date, Server, framing), identifiers of AWS, the server's
address and folder, and what the application says is volatile. Access-Control-* headers are judged as a browser
judges them, for the same verdict may be said in several ways.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Sequence
from itertools import takewhile
from urllib.parse import quote, urlsplit

from lambda_cors_kit.browser import cors_check, exposed_headers, preflight_check

from .model import Answer, Fields, Request, Target

# Of the connection or the server itself. Content-Length is what was read, and nothing says it of a HEAD's answer:
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
_IGNORED = {"connection", "content-length", "date", "keep-alive", "server", "transfer-encoding"}
_AWS = re.compile(
    r"x-amzn-(requestid|trace-id|errortype|remapped-(content-length|connection|date|server))"
    r"|x-amz-apigw-id|apigw-requestid"
)
_DATE = re.compile(r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d[ -]\w{3}[ -]\d{4} \d\d:\d\d:\d\d GMT")


Parts = dict[str, str]
"""An answer by parts: `status`, `body`, `cors`, and `header NAME` for each header that matters."""


def parts(request: Request, answer: Answer, place: Target, volatile: Sequence[str]) -> Parts:
    """The parts of an answer that the same application gives on every server."""
    if _is_preflight(request):
        return {"cors": _preflight_verdict(request, answer)}
    found = {"status": str(answer.status), "cors": _verdict(request, answer)}
    for name, value in _headers(request, answer).items():
        found[f"header {name}"] = _blanked(value, place, volatile)
    found["body"] = _blanked(_decoded(answer), place, volatile)
    return {name: value for name, value in found.items() if value}


def differences(expected: Parts, actual: Parts) -> list[str]:
    """The parts that differ, each with both values, of long ones where they begin to differ."""
    names = [*expected, *(name for name in actual if name not in expected)]
    found = []
    for name in names:
        before, after = expected.get(name), actual.get(name)
        if before != after:
            pairs = zip(before or "", after or "", strict=False)
            same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
            found.append(f"{name}: {_shown(before, same)} -> {_shown(after, same)}")
    return found


def _is_preflight(request: Request) -> bool:
    return request.method == "OPTIONS" and "Access-Control-Request-Method" in dict(request.headers)


def _preflight_verdict(request: Request, answer: Answer) -> str:
    asked = dict(request.headers)
    names = asked.get("Access-Control-Request-Headers", "")
    wanted = [(name, "x") for name in names.split(",") if name]
    method = asked["Access-Control-Request-Method"]
    refusal = preflight_check(request.origin or "", "include", method, wanted, answer.status, list(answer.headers))
    return "allowed" if refusal is None else "refused"


def _verdict(request: Request, answer: Answer) -> str:
    """Whether the page may read the response, and which of its headers."""
    if request.origin is None:
        return ""
    headers = list(answer.headers)
    if cors_check(request.origin, "include", headers) is not None:
        return "blocked"
    names = {name for name, _ in exposed_headers("include", headers)}
    return f"readable, with {' '.join(sorted(names & _EXPOSED))}"


_SETS = {"allow", "vary"}
"""Lists whose order and case say nothing; Starlette keeps the methods of a route in a set."""

# Those of the policy: what a response has of its own would say the same thing twice.
_EXPOSED = {"content-disposition", "etag", "x-total"}


def _headers(request: Request, answer: Answer) -> dict[str, str]:
    joined: dict[str, str] = {}
    for field, value in answer.headers:
        name = field.lower()
        if name in _IGNORED or _AWS.fullmatch(name) or name.startswith("access-control-"):
            continue
        # RFC 9110, 5.3: lines of one name are one list; those of Set-Cookie alone are not.
        separator = "\n" if name == "set-cookie" else ", "
        joined[name] = f"{joined[name]}{separator}{value}" if name in joined else value
    if not answer.body and joined.get("content-type") == "application/json":
        # The type of nothing: API Gateway writes this one where the function said none.
        del joined["content-type"]
    for name in _SETS & joined.keys():
        # The kit says Vary: Origin on every response, Starlette's middleware on some.
        joined[name] = ", ".join(sorted({each.strip().lower() for each in joined[name].split(",")} - {"origin"}))
    return {name: re.sub(r", *", ", ", value) for name, value in joined.items()}


def _decoded(answer: Answer) -> str:
    encoding = dict(_lower(answer.headers)).get("content-encoding")
    body = answer.body
    if encoding == "gzip" and body:
        try:
            body = gzip.decompress(body)
        except (OSError, EOFError, zlib.error):
            return f"not gzip: {body.decode('latin-1')}"
    return body.decode("latin-1")


def _lower(headers: Fields) -> Fields:
    return tuple((name.lower(), value) for name, value in headers)


def _blanked(text: str, place: Target, volatile: Sequence[str]) -> str:
    for folder in (str(place.data), quote(str(place.data), safe="")):
        text = text.replace(folder, "DATA")
    text = text.replace(urlsplit(place.address).netloc, "HOST")
    text = _DATE.sub("DATE", text)
    for pattern in volatile:
        text = re.sub(pattern, _without_groups, text)
    return text


def _without_groups(match: re.Match[str]) -> str:
    if not match.groups():
        return "…"
    text, start = "", match.start()
    for group in range(1, len(match.groups()) + 1):
        if match.start(group) >= 0:
            text += match.string[start : match.start(group)] + "…"
            start = match.end(group)
    return text + match.string[start : match.end()]


def _shown(value: str | None, same: int) -> str:
    if value is None:
        return "absent"
    if len(value) <= _SHOWN:
        return repr(value)
    start = max(0, same - _SHOWN // 4)
    return f"…{value[start : start + _SHOWN]!r}… ({len(value)} characters)"


_SHOWN = 120
