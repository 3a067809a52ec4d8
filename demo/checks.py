"""What each page asks, what its JavaScript is expected to see through each gateway, and what it saw."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Literal

from demo.gateways import Facts

PageName = Literal["allowed", "refused"]
MEGABYTE = 1024 * 1024
SUCCESS = range(200, 300)
"""A preflight's answer has to have one of these: https://fetch.spec.whatwg.org/#ok-status."""


@dataclass(frozen=True)
class Asked:
    """The arguments of one fetch(); `path` is below the API's root, `padding` a body of that many bytes."""

    path: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    credentials: Literal["same-origin", "include"] = "same-origin"
    padding: int = 0

    @property
    def content(self) -> str | None:
        """The body as it is sent."""
        return "x" * self.padding if self.padding else self.body


@dataclass(frozen=True)
class Without:
    """What the page gets without the kit where that is something else, and `why`, for a person."""

    status: int | None
    why: str
    text: str = ""


@dataclass(frozen=True)
class Check:
    """One row of the table, and what has to come of it through every gateway.

    `status` and `text`, a part of the body, where the page may read the answer; `status` None where CORS hides it.
    `preflight` says whether the request needs one, and whether that lets it through; `runs` is False where no
    gateway hands such a request to the function; `again` marks a request that the same page made just before, so
    that its preflight is not sent twice. `without` is None where the page gets the same without the kit.
    """

    page: PageName
    title: str
    asked: Asked
    status: int | None
    text: str = ""
    preflight: Literal["none", "passes", "fails"] = "none"
    runs: bool = True
    again: bool = False
    without: Without | None = None


@dataclass(frozen=True)
class Expected:
    """What has to happen through one gateway.

    `preflight` holds the statuses that its answer may have, None where the browser sends none. `invocations`
    counts how often the function runs for the whole request, its preflight included.
    """

    status: int | None
    text: str = ""
    preflight: Collection[int] | None = None
    invocations: int = 1


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
class Cell:
    """A check through one gateway, what happened, and in which points that is not what was expected.

    `answer`, `preflight` and `invocations` say in words what is wrong with each, and nothing where it is right.
    """

    gateway: Facts
    expected: Expected
    observation: Observation
    answer: str
    preflight: str
    invocations: str

    @property
    def differences(self) -> tuple[str, ...]:
        """Everything that is wrong."""
        return tuple(filter(None, (self.answer, self.preflight, self.invocations)))


@dataclass(frozen=True)
class Row:
    """A check through every gateway."""

    check: Check
    cells: Sequence[Cell]

    @property
    def right(self) -> bool:
        """Whether it went through at least one gateway, and everywhere as expected."""
        return bool(self.cells) and not any(cell.differences for cell in self.cells)


HIDDEN = None
_LAMP = json.dumps({"name": "Lamp", "price": 25.0})
_JSON = {"Content-Type": "application/json"}
_PUT = Asked("/items/1", "PUT", _JSON, _LAMP)
_ME = Asked("/me", credentials="include")

# Why a row is another one without the kit, for the legend.
CRASHED = "the answer to a crash has no CORS headers: the page sees a CORS error, not the 500"
UNASKED = "every header that a page asks for is granted, there is no list"
ANY_SITE = "any site that a user visits may read and write"
COOKIES = "any site may do so where the request includes cookies"
NO_COOKIE = 'the first answer says "*", which no browser takes for a request with cookies'
# Starlette before 1.0 names the origin only where the request has a cookie already:
# https://github.com/Kludex/starlette/pull/3137
_NAMES_EVERY_ORIGIN = int(version("starlette").partition(".")[0]) >= 1

CHECKS: tuple[Check, ...] = (
    Check("allowed", "a simple request", Asked("/items"), 200, "Desk"),
    Check("allowed", "a preflight first", _PUT, 200, "25.0", preflight="passes"),
    Check(
        "allowed",
        "the API sets a cookie",
        _ME,
        200,
        '{"visits":1}',
        without=None if _NAMES_EVERY_ORIGIN else Without(HIDDEN, NO_COOKIE),
    ),
    Check("allowed", "the cookie comes back", _ME, 200, '{"visits":2}', again=True),
    Check(
        "allowed",
        "a crash in the app is a readable 500",
        Asked("/crash"),
        500,
        without=Without(HIDDEN, CRASHED),
    ),
    Check("allowed", "a 404 is readable", Asked("/items/99"), 404, "There is no item 99."),
    Check(
        "allowed",
        "a header that the policy does not name",
        Asked("/items", headers={"X-Trace": "1"}),
        HIDDEN,
        preflight="fails",
        without=Without(200, UNASKED, "Desk"),
    ),
    Check(
        "allowed",
        "too large: AWS's own 413, without CORS headers",
        Asked("/items", "POST", padding=11 * MEGABYTE),
        HIDDEN,
        runs=False,
    ),
    Check(
        "refused",
        "a simple request: the app may answer, the browser hides it",
        Asked("/items"),
        HIDDEN,
        without=Without(200, ANY_SITE, "Desk"),
    ),
    Check(
        "refused",
        "stopped at the preflight",
        _PUT,
        HIDDEN,
        preflight="fails",
        without=Without(200, ANY_SITE, "25.0"),
    ),
    Check(
        "refused",
        "cookies or not, the browser hides the answer",
        _ME,
        HIDDEN,
        without=Without(200, COOKIES, '{"visits":1}') if _NAMES_EVERY_ORIGIN else None,
    ),
    Check("refused", "a crash is hidden as well", Asked("/crash"), HIDDEN),
)


def expected(check: Check, gateway: Facts) -> Expected:
    """Return what has to come of a check through a gateway of which the module says `gateway`.

    The answer is the same everywhere with the kit; what differs is who answers the preflight, and how.
    """
    if not gateway.kit:
        return _expected_without(check)
    preflight = check.preflight
    if preflight == "none" and gateway.signed:
        # A signature travels in Authorization, which no browser sends across origins unasked.
        preflight = "passes" if check.page == "allowed" else "fails"
    sent = preflight != "none" and not (preflight == "passes" and check.again)
    runs = check.runs and preflight != "fails"
    return Expected(
        check.status,
        check.text,
        _preflight_statuses(check.page, gateway) if sent else None,
        runs + (sent and gateway.preflight_invokes_function),
    )


def _expected_without(check: Check) -> Expected:
    """Return what has to come of a check where the app answers every preflight itself, and grants it."""
    without = check.without or check
    sent = check.preflight != "none" and not check.again
    return Expected(without.status, without.text, (200,) if sent else None, check.runs + sent)


def _preflight_statuses(page: PageName, gateway: Facts) -> Collection[int]:
    if gateway.kind == "rest" or gateway.preflight_invokes_function:
        return (204,) if page == "allowed" else (403,)
    # Configured gateways answer by their own rules: AWS documents the headers and not the status.
    return SUCCESS


def judge(check: Check, gateway: Facts, seen: Observation) -> Cell:
    """Compare what happened with what had to."""
    wanted = expected(check, gateway)
    wrong = (wrong_answer(wanted, seen), wrong_preflight(wanted, seen), wrong_invocations(wanted, seen))
    return Cell(gateway, wanted, seen, *wrong)


def wrong_answer(expected: Expected, seen: Observation) -> str:
    """Return what is wrong with what the page got, in words; empty for nothing."""
    if seen.failure:
        return f"no answer at all: {seen.failure}"
    if expected.status is None and not seen.hidden:
        return f"the page read status {seen.status}, which it must not"
    if expected.status is not None and seen.hidden:
        return f"hidden by CORS: {seen.hidden}"
    if expected.status != seen.status:
        return f"status {seen.status} instead of {expected.status}"
    return "" if expected.text in seen.body else f"the body has no {expected.text!r}"


def wrong_preflight(expected: Expected, seen: Observation) -> str:
    """Return what is wrong with the preflight, in words; empty for nothing."""
    wanted = expected.preflight
    if (seen.preflight is None) if wanted is None else (seen.preflight in wanted):
        return ""
    words = "none" if wanted is None else "2xx" if wanted is SUCCESS else " or ".join(map(str, wanted))
    return f"preflight: {seen.preflight or 'none'} instead of {words}"


def wrong_invocations(expected: Expected, seen: Observation) -> str:
    """Return how the number of invocations is wrong, in words; empty where it is right."""
    if expected.invocations == seen.invocations:
        return ""
    return f"the function ran {seen.invocations} times instead of {expected.invocations}"
