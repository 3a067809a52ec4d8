"""What each page asks, what its JavaScript is expected to see, and the comparison with what it saw."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

PageName = Literal["allowed", "refused"]
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Asked:
    """The arguments of one fetch(); `path` is below the API's root, `padding` a body of that many bytes."""

    path: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    credentials: Literal["same-origin", "include"] = "same-origin"
    padding: int = 0


@dataclass(frozen=True)
class Expected:
    """What has to happen.

    `status` and `text`, a part of the body, where the page may read the answer; `status` None where CORS hides it.
    `preflight` is the status of the preflight's answer, None where the browser sends none. `invocations` counts
    how often the function runs for the whole request, its preflight included.
    """

    status: int | None
    text: str = ""
    preflight: int | None = None
    invocations: int = 1


@dataclass(frozen=True)
class Check:
    """One row of the table."""

    page: PageName
    title: str
    asked: Asked
    expected: Expected


@dataclass(frozen=True)
class Observation:
    """What really happened: the page read `status` and `body`, or `hidden` says which CORS rule hid the answer,

    or `failure` says why there was none for another reason. `invocations` is None where nobody counted.
    """

    status: int | None = None
    body: str = ""
    hidden: str = ""
    failure: str = ""
    preflight: int | None = None
    invocations: int | None = None


@dataclass(frozen=True)
class Row:
    """A check, what happened, and in which points that is not what was expected."""

    check: Check
    observation: Observation
    differences: tuple[str, ...]


HIDDEN = None
_LAMP = json.dumps({"name": "Lamp", "price": 25.0})
_JSON = {"Content-Type": "application/json"}

CHECKS: tuple[Check, ...] = (
    Check("allowed", "a simple request", Asked("/items"), Expected(200, "Desk")),
    Check(
        "allowed",
        "a preflight first, which the gateway answers without the function",
        Asked("/items/1", "PUT", _JSON, _LAMP),
        Expected(200, "25.0", preflight=204, invocations=1),
    ),
    Check(
        "allowed",
        "the API sets a cookie",
        Asked("/me", credentials="include"),
        Expected(200, '{"visits":1}'),
    ),
    Check(
        "allowed",
        "the cookie comes back",
        Asked("/me", credentials="include"),
        Expected(200, '{"visits":2}'),
    ),
    Check("allowed", "a crash in the app is a readable 500", Asked("/crash"), Expected(500)),
    Check("allowed", "a 404 is readable", Asked("/items/99"), Expected(404, "There is no item 99.")),
    Check(
        "allowed",
        "a header that the policy does not name",
        Asked("/items", headers={"X-Trace-Id": "1"}),
        Expected(HIDDEN, preflight=204, invocations=0),
    ),
    Check(
        "allowed",
        "too large: API Gateway's own 413, which AWS lets nobody give CORS headers",
        Asked("/items", "POST", padding=11 * MEGABYTE),
        Expected(HIDDEN, invocations=0),
    ),
    Check("refused", "a simple request: the app answers, the browser hides it", Asked("/items"), Expected(HIDDEN)),
    Check(
        "refused",
        "stopped at the preflight, the function never runs",
        Asked("/items/1", "PUT", _JSON, _LAMP),
        Expected(HIDDEN, preflight=403, invocations=0),
    ),
    Check(
        "refused",
        "cookies or not, the browser hides the answer",
        Asked("/me", credentials="include"),
        Expected(HIDDEN),
    ),
    Check("refused", "a crash is hidden as well", Asked("/crash"), Expected(HIDDEN)),
)


def differences(expected: Expected, seen: Observation) -> tuple[str, ...]:
    """Return in which points the observation is not what was expected, each in words; empty for none."""
    found = []
    if seen.failure:
        found.append(f"no answer at all: {seen.failure}")
    elif expected.status is None and not seen.hidden:
        found.append(f"the page read status {seen.status}, which it must not")
    elif expected.status is not None and seen.hidden:
        found.append(f"hidden by CORS: {seen.hidden}")
    elif expected.status != seen.status:
        found.append(f"status {seen.status} instead of {expected.status}")
    elif expected.text not in seen.body:
        found.append(f"the body has no {expected.text!r}")
    if expected.preflight != seen.preflight:
        found.append(f"preflight: {seen.preflight or 'none'} instead of {expected.preflight or 'none'}")
    if expected.invocations != seen.invocations:
        found.append(f"the function ran {seen.invocations} times instead of {expected.invocations}")
    return tuple(found)


def judge(check: Check, seen: Observation) -> Row:
    """Compare what happened with what was expected."""
    return Row(check, seen, differences(check.expected, seen))


def as_json(check: Check) -> dict[str, Any]:
    """Return a check as the page's script takes it."""
    asked, expected = check.asked, check.expected
    return {
        "page": check.page,
        "title": check.title,
        "asked": {
            "path": asked.path,
            "method": asked.method,
            "headers": dict(asked.headers),
            "body": asked.body,
            "credentials": asked.credentials,
            "padding": asked.padding,
        },
        "expected": {
            "status": expected.status,
            "text": expected.text,
            "preflight": expected.preflight,
            "invocations": expected.invocations,
        },
    }
