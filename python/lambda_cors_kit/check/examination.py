"""The check itself: the fetch that a browser would make, the extra requests, and the verdict."""

from __future__ import annotations

from dataclasses import replace

from .. import browser
from ..browser import Exchange, HeaderList, NetworkError, RawResponse, Reason, Request, Step, Verdict
from ..deployed.policy import Deployed
from .drift import compare
from .findings import of_question, of_steps
from .layers import layer_of
from .other_pages import of_probes, of_refused_preflight
from .probes import Probes
from .report import SAFE_METHODS, AnsweredStep, Drift, Finding, Outcome, Question, Report, Severity
from .transport import Transport


class BadQuestion(ValueError):
    """A URL, origin, method or header that no page could use; the text says why."""


def examine(question: Question, deployed: Deployed | None = None) -> Report:
    """Ask the API what `question` says, and compare it with `deployed` where that is given.

    Raises BadQuestion where there is nothing to ask; whatever the network does becomes part of the report.
    """
    request = _request(question)
    question = replace(question, url=request.url, method=request.method)
    transport = Transport(question.timeout)
    verdict = browser.fetch(request, question.origin, _Sender(transport, question).send)
    steps = _steps(verdict, question)
    report = Report(question, *_outcome(verdict, steps, question), steps, verdict.refusal)
    if not steps:
        _try_blocked(report, request, transport)
    report.findings = [*of_question(question, request.headers, steps), *of_steps(steps)]
    if report.outcome is not Outcome.CANNOT_TELL or _is_answered(steps):
        probes = _probes(verdict, steps, transport, request)
        report.findings += _of_other_pages(probes, request, report)
        if deployed is not None:
            report.drift = compare(deployed, probes, question.origin)
            _judge_drift(report, deployed)
    report.findings = _ordered(report.findings)
    return report


def _request(question: Question) -> Request:
    """The page's request. Raises BadQuestion with the reason for which no page could make it."""
    try:
        browser.serialized_origin(question.origin)
        credentials: browser.Credentials = "include" if question.credentials else "same-origin"
        return Request(question.url, question.method, question.headers, credentials=credentials)
    except (TypeError, ValueError) as error:
        raise BadQuestion(str(error)) from None


def _of_other_pages(probes: Probes, request: Request, report: Report) -> list[Finding]:
    question = report.question
    if browser.url_origin(question.url) == question.origin:
        return [_same_origin(question)]
    preflighted = any(not step.is_actual for step in report.steps)
    cause = of_refused_preflight(probes, request, question.origin, report.refusal)
    return [*cause, *of_probes(probes, question, preflighted=preflighted)]


def _is_answered(steps: list[AnsweredStep]) -> bool:
    return bool(steps) and steps[-1].exchange.response is not None


def _try_blocked(report: Report, request: Request, transport: Transport) -> None:
    """Browsers would not even send the request; whether there is an API to speak of is another question."""
    try:
        transport.send("GET", request.url, [("Origin", report.question.origin)])
    except NetworkError as error:
        report.outcome = Outcome.CANNOT_TELL
        report.summary = f"there is no API to ask: {error}; moreover, {report.summary}"


class _Sender:
    """Sends the requests of the fetch; an unsafe method goes out as a GET unless `--send` was given."""

    def __init__(self, transport: Transport, question: Question) -> None:
        self._transport = transport
        self._send_unsafe = question.send

    def send(self, method: str, url: str, headers: HeaderList, body: bytes | None) -> RawResponse:
        sent = method if self._send_unsafe or method in SAFE_METHODS else "GET"
        return self._transport.send(sent, url, headers, body)


def _steps(verdict: Verdict, question: Question) -> list[AnsweredStep]:
    last = len(verdict.exchanges) - 1
    return [
        AnsweredStep(
            exchange,
            layer_of(exchange.method, exchange.url, exchange.response) if exchange.response else None,
            verdict.refusal if index == last else None,
            _stands_in(exchange, question),
        )
        for index, exchange in enumerate(verdict.exchanges)
    ]


def _stands_in(exchange: Exchange, question: Question) -> bool:
    return exchange.step is not Step.PREFLIGHT and exchange.method not in SAFE_METHODS and not question.send


def _outcome(verdict: Verdict, steps: list[AnsweredStep], question: Question) -> tuple[Outcome, str]:
    refusal, response = verdict.refusal, verdict.response
    if refusal is None and response is not None:
        summary = f"a page on {question.origin} may read the answer (status {response.status})"
        if any(step.stands_in for step in steps):
            return Outcome.READABLE, f"{summary} to the GET that took the place of the {question.method}"
        return Outcome.READABLE, summary
    assert refusal is not None
    if refusal.reason is Reason.NETWORK:
        return Outcome.CANNOT_TELL, refusal.message
    last = steps[-1].exchange.response if steps else None
    if steps and steps[-1].stands_in and last is not None and last.status >= 400:
        return (
            Outcome.CANNOT_TELL,
            f"the {question.method} was not sent, and the GET in its place was answered {last.status} without the "
            "headers; --send sends it",
        )
    return Outcome.BLOCKED, refusal.message


def _probes(verdict: Verdict, steps: list[AnsweredStep], transport: Transport, request: Request) -> Probes:
    """The extra requests go where the fetch ended, on the same origin, and do not repeat its own GET."""
    url = verdict.response.url if verdict.response is not None else request.url
    # Elsewhere the page's headers (Authorization) have no business.
    if not url or browser.url_origin(url) != browser.url_origin(request.url):
        url = request.url
    probes = Probes(transport, url, request.headers)
    for step in steps[-1:]:
        sent_origin = browser.get_header(step.exchange.headers, "origin") or ""
        if step.sent_method == "GET" and step.is_actual and step.exchange.url == url and step.exchange.response:
            probes.knows(sent_origin, step.exchange.response)
    return probes


def _same_origin(question: Question) -> Finding:
    return Finding(
        "request.same_origin",
        Severity.NOTE,
        f"{question.origin} is the API's own origin, where CORS plays no part: ask for a page on another one",
    )


def _judge_drift(report: Report, deployed: Deployed) -> None:
    drift = report.drift
    assert isinstance(drift, Drift)
    origin = report.question.origin
    if report.outcome is Outcome.BLOCKED and deployed.policy and not deployed.policy.allows_origin(origin):
        report.findings.append(
            Finding(
                "origin.not_in_policy",
                Severity.NOTE,
                f"{origin} is not in allow_origins of {drift.source}, so refusing it is as deployed",
                f"Add {origin} to allow_origins and apply, if its pages are yours.",
            )
        )
    if report.outcome is not Outcome.READABLE:
        return
    if drift.differences:
        count = len(drift.differences)
        report.outcome = Outcome.DRIFTED
        report.summary += f", but {count} thing{'s are' if count > 1 else ' is'} live otherwise than deployed"
    elif drift.unknown:
        report.outcome = Outcome.CANNOT_TELL
        report.summary += f", but whether the API is as deployed is not known: {drift.unknown}"


def _ordered(findings: list[Finding]) -> list[Finding]:
    """The gravest first; what several steps show alike, once."""
    order = list(Severity)
    return sorted(dict.fromkeys(findings), key=lambda finding: order.index(finding.severity))
