"""What the answers of the fetch itself tell beyond the verdict, and what to change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from .. import browser
from ..browser import HeaderList, RawResponse, Reason, get_header
from . import remedies
from .layers import is_refusal_of_the_kit
from .report import AnsweredStep, Finding, Question, Severity, plain

CORS = "access-control-"
# A second line of these changes what a browser sees; the lists may be continued on a second line.
_SINGLE = {
    browser.ALLOW_ORIGIN: "and browsers then refuse every origin",
    browser.ALLOW_CREDENTIALS: "and browsers then take it for no permission",
    browser.MAX_AGE: "and browsers then fall back to 5 seconds",
}
_LISTS = (browser.ALLOW_METHODS, browser.ALLOW_HEADERS, browser.EXPOSE_HEADERS)
_OF_STEP = {
    browser.Step.PREFLIGHT: "the answer to the preflight",
    browser.Step.REQUEST: "the request",
    browser.Step.RESPONSE: "the response",
    browser.Step.REDIRECT: "the redirect",
}


def of_question(question: Question, sent: HeaderList, steps: Iterable[AnsweredStep]) -> Iterator[Finding]:
    """What was not asked as it was given. `sent` are the headers that a page may set of those that were given."""
    dropped = sorted({name.lower() for name, _ in question.headers} - {name.lower() for name, _ in sent})
    if dropped:
        yield Finding(
            "request.header_dropped",
            Severity.NOTE,
            f"a page cannot set {', '.join(dropped)}: browsers drop it without a word, and so did this check",
        )
    actual = [step for step in steps if step.is_actual and step.exchange.response]
    if any(step.stands_in for step in actual):
        yield Finding(
            "request.not_sent",
            Severity.NOTE,
            f"the {question.method} itself was not sent, since it may change data: a GET took its place",
            f"Add --send, with a URL where a {question.method} does no harm.",
        )
    statuses = {step.exchange.response.status for step in actual if step.exchange.response}
    if question.placeholders and statuses & {400, 401, 403}:
        names = ", ".join(name.lower() for name in question.placeholders)
        yield Finding(
            "request.placeholder",
            Severity.NOTE,
            f"{names} was sent with a made-up value, which may be why the API refused the request",
            "Give the value too: --header 'NAME: VALUE'.",
        )


def of_steps(steps: Iterable[AnsweredStep]) -> Iterator[Finding]:
    """What each answer of the fetch shows."""
    for step in steps:
        response = step.exchange.response
        if response is not None:
            yield from _of_headers(step, response.headers)
            yield from _of_failure(step, response)


def _of_headers(step: AnsweredStep, headers: HeaderList) -> Iterator[Finding]:
    where = _OF_STEP[step.exchange.step]
    counts = Counter(name.lower() for name, _ in headers if name.lower().startswith(CORS))
    for name, meaning in _SINGLE.items():
        if (lines := counts[name.lower()]) > 1:
            yield Finding(
                "headers.duplicate",
                Severity.PROBLEM,
                f"{where} has {lines} lines of {name} ({plain(get_header(headers, name) or '')}), {meaning}",
                remedies.of("headers.duplicate", step.layer),
            )
    repeated = [name for name in _LISTS if counts[name.lower()] > 1]
    if repeated:
        yield Finding(
            "headers.duplicate_list",
            Severity.NOTE,
            f"{where} has several lines of {', '.join(repeated)}: browsers join them, but two layers may write",
            remedies.of("headers.duplicate", step.layer),
        )
    if get_header(headers, browser.ALLOW_CREDENTIALS) == "true":
        yield from _of_wildcards(where, headers)


def _of_wildcards(where: str, headers: HeaderList) -> Iterator[Finding]:
    """Fetch, https://fetch.spec.whatwg.org/#cors-protocol-and-credentials: with credentials, `*` is a literal."""
    if get_header(headers, browser.ALLOW_ORIGIN) == "*":
        yield Finding(
            "wildcard.with_credentials",
            Severity.PROBLEM,
            f"{where} has {browser.ALLOW_ORIGIN}: * and {browser.ALLOW_CREDENTIALS}: true, which browsers refuse "
            "for every request with credentials",
            "List the origins in allow_origins, or drop credentials from the policy.",
        )
    literal = [name for name in _LISTS if get_header(headers, name) == "*"]
    if literal:
        yield Finding(
            "wildcard.literal",
            Severity.NOTE,
            f"{where} allows credentials and has * in {', '.join(literal)}, where it then stands for nothing",
            "List the names.",
        )


def _of_failure(step: AnsweredStep, response: RawResponse) -> Iterator[Finding]:
    """Who to turn to for a status, and what an error of the gateway means."""
    who = f", probably from {step.layer.words}" if step.layer else ""
    code = _failure_code(step, response)
    if code == "preflight.refused":
        message = "the preflight was refused as lambda-cors-kit refuses: by the policy that is deployed there"
        yield Finding(code, Severity.PROBLEM, message, remedies.of(code, step.layer))
    elif code is not None:
        yield Finding(
            code,
            Severity.PROBLEM,
            f"{_OF_STEP[step.exchange.step]} is {response.status}{who}: {remedies.MEANING[code]}",
            remedies.of(code, step.layer),
        )
    error_type = get_header(response.headers, "x-amzn-errortype")
    meaning = remedies.gateway_error(error_type) if error_type else None
    if error_type and meaning:
        kind = plain(error_type.partition(":")[0], 60)
        yield Finding(
            "gateway.error", Severity.NOTE, f"{kind} from {_OF_STEP[step.exchange.step]} means: {meaning}"
        )


def _failure_code(step: AnsweredStep, response: RawResponse) -> str | None:
    status = response.status
    if step.is_actual:
        without = step.refusal is not None and step.refusal.reason is Reason.ALLOW_ORIGIN_MISSING
        return "errors.without_headers" if without and status >= 400 else None
    if status in browser.REDIRECT_STATUSES:
        return "preflight.redirected"
    if is_refusal_of_the_kit(response):
        return "preflight.refused"
    if status in (401, 403, 407):
        return "preflight.authorized"
    if status in (404, 405, 501):
        return "preflight.unanswered"
    return "preflight.failed" if status >= 400 else None
