"""What a check asks and what it found; the stable form of it for machines."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from ..browser import Exchange, HeaderList, Refusal, Step
from .layers import Layer

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SHOWN_LENGTH = 200
JSON_VERSION = 1
HIDDEN = "(hidden)"
COOKIES = frozenset({"set-cookie", "set-cookie2"})


class Outcome(StrEnum):
    """The end of a check."""

    READABLE = "readable"
    BLOCKED = "blocked"
    DRIFTED = "drifted"
    CANNOT_TELL = "cannot tell"

    @property
    def exit_code(self) -> int:
        """0 readable, 1 blocked or drifted, 2 cannot tell."""
        return {Outcome.READABLE: 0, Outcome.CANNOT_TELL: 2}.get(self, 1)


class Severity(StrEnum):
    """What a finding means: others may read, pages are or will be refused, or merely good to know."""

    DANGER = "danger"
    PROBLEM = "problem"
    NOTE = "note"


class Finding(NamedTuple):
    """One thing to know beyond the verdict: a stable code, what was seen, and what to change (may be empty)."""

    code: str
    severity: Severity
    message: str
    remedy: str = ""


class Difference(NamedTuple):
    """One thing that is live otherwise than deployed. `where` is preflight or response."""

    field: str
    where: str
    deployed: str
    live: str
    message: str


@dataclass(slots=True)
class Drift:
    """Live against deployed.

    `source` says where the policy comes from, `origins` how many of the `named` ones were tried, `unknown` why the
    comparison is not complete (None where it is).
    """

    source: str
    differences: list[Difference] = field(default_factory=list)
    named: int = 0
    origins: int = 0
    remedies: list[str] = field(default_factory=list)
    unknown: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask: a page on `origin` calls `url`. `send` allows an actual request with an unsafe method.

    `placeholders` are the header names that were given without a value, and got one.
    """

    url: str
    origin: str
    method: str = "GET"
    headers: HeaderList = ()
    credentials: bool = False
    send: bool = False
    timeout: float = 10.0
    placeholders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnsweredStep:
    """One HTTP request of the fetch, who probably answered it, and the rule that its answer breaks, if any."""

    exchange: Exchange
    layer: Layer | None
    refusal: Refusal | None
    stands_in: bool = False

    @property
    def sent_method(self) -> str:
        """The method that went over the network: GET where an unsafe one was not to be sent."""
        return "GET" if self.stands_in else self.exchange.method

    @property
    def is_actual(self) -> bool:
        """Whether this is no preflight."""
        return self.exchange.step is not Step.PREFLIGHT


@dataclass(slots=True)
class Report:
    """Everything a check found. `summary` is one sentence for a person."""

    question: Question
    outcome: Outcome
    summary: str
    steps: list[AnsweredStep] = field(default_factory=list)
    refusal: Refusal | None = None
    findings: list[Finding] = field(default_factory=list)
    drift: Drift | None = None


def plain(text: str, limit: int = SHOWN_LENGTH) -> str:
    """Text from a server as one line that a terminal obeys in nothing: escaped, and cut to `limit` characters."""
    cut = text if len(text) <= limit else text[:limit] + "…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in cut)


def as_json(report: Report) -> dict[str, Any]:
    """The report as JSON values; keys are only ever added as long as `version` is the same."""
    question = report.question
    given = frozenset(name.lower() for name, _ in question.headers)
    return {
        "version": JSON_VERSION,
        "url": question.url,
        "origin": question.origin,
        "method": question.method,
        "headers": [name.lower() for name, _ in question.headers],
        "credentials": question.credentials,
        "outcome": str(report.outcome),
        "exit_code": report.outcome.exit_code,
        "summary": report.summary,
        "refusal": _refusal(report.refusal),
        "steps": [_step(step, given) for step in report.steps],
        "findings": [
            {"code": each.code, "severity": str(each.severity), "message": each.message, "remedy": each.remedy}
            for each in report.findings
        ],
        "drift": _drift(report.drift),
    }


def _refusal(refusal: Refusal | None) -> dict[str, Any] | None:
    if refusal is None:
        return None
    return {
        "reason": str(refusal.reason),
        "step": str(refusal.step),
        "header": refusal.header,
        "message": refusal.message,
        "remedy": refusal.remedy,
    }


def _fields(headers: HeaderList, hidden: frozenset[str]) -> list[list[str]]:
    """Headers as pairs; reports end up in logs, so that values which may be secret are left out."""
    return [[plain(n.lower()), HIDDEN if n.lower() in hidden else plain(v)] for n, v in headers]


def _step(step: AnsweredStep, given: frozenset[str]) -> dict[str, Any]:
    exchange, response = step.exchange, step.exchange.response
    return {
        "step": str(exchange.step),
        "method": exchange.method,
        "sent_method": step.sent_method,
        "url": plain(exchange.url, 2000),
        "request_headers": _fields(exchange.headers, given),
        "status": response.status if response else None,
        "response_headers": _fields(response.headers, COOKIES) if response else [],
        "layer": {
            "gateway": step.layer.gateway,
            "itself": step.layer.itself,
            "words": step.layer.words,
            "evidence": list(step.layer.evidence),
        }
        if step.layer
        else None,
        "passed": step.refusal is None,
        "reason": str(step.refusal.reason) if step.refusal else None,
    }


def _drift(drift: Drift | None) -> dict[str, Any] | None:
    if drift is None:
        return None
    return {
        "source": drift.source,
        "origins_named": drift.named,
        "origins_tried": drift.origins,
        "differences": [each._asdict() for each in drift.differences],
        "remedies": drift.remedies,
        "unknown": drift.unknown,
    }
