"""What other pages would be answered: strangers, lookalikes, a page that asks for less, one that is lost."""

from __future__ import annotations

from collections.abc import Iterator

from .. import browser
from ..browser import HeaderList, RawResponse, Reason, Refusal, Request, get_header
from . import remedies
from .layers import layer_of
from .probes import Probes
from .report import Finding, Question, Severity
from .strangers import FOREIGN, NULL, Likeness, lookalikes

MAX_NAMES = 6
# Refusals that do not say what of the preflight was wrong.
_UNEXPLAINED = (Reason.ALLOW_ORIGIN_MISSING, Reason.PREFLIGHT_STATUS)


def of_refused_preflight(probes: Probes, request: Request, origin: str, refusal: Refusal | None) -> list[Finding]:
    """Which part of a preflight is refused, where the answer says only that it is: found by leaving parts out."""

    def passes(method: str, headers: HeaderList) -> bool | None:
        answer = probes.preflight(origin, method, headers)
        if answer is None:
            return None
        refusal = browser.preflight_check(
            origin, request.credentials, method, headers, answer.status, answer.headers
        )
        return refusal is None

    if refusal is None or refusal.step is not browser.Step.PREFLIGHT or refusal.reason not in _UNEXPLAINED:
        return []
    plain_get = passes("GET", ())
    if plain_get is None:
        return []
    if not plain_get:
        return [_cause("the origin, or every preflight: one for a plain GET is refused as well")]
    refused = [f"the method {request.method}"] if passes(request.method, ()) is False else []
    by_name = {name.lower(): value for name, value in request.headers}
    asked = browser.unsafe_request_header_names(request.headers)[:MAX_NAMES]
    refused += [f"the header {name}" for name in asked if passes("GET", [(name, by_name[name])]) is False]
    return [_cause(f"{' and '.join(refused)}: without that, it passes")] if refused else []


def _cause(words: str) -> Finding:
    return Finding("preflight.cause", Severity.NOTE, f"what the preflight fails by is {words}")


def of_probes(probes: Probes, question: Question, *, preflighted: bool) -> list[Finding]:
    """What other pages would be answered: strangers, lookalikes, an address that does not exist."""
    origin = question.origin
    own = probes.actual(origin)
    if own is None:
        return _of_limits(probes)
    found = [
        *_of_strangers(probes, own, preflighted=preflighted),
        *_of_lookalikes(probes, origin),
        *_of_vary(probes, own, origin),
        *_of_missing_page(probes, own, question),
        *_of_spelling(probes, own, origin),
    ]
    return found + _of_limits(probes)


def allows(response: RawResponse | None, origin: str) -> bool:
    """Whether a page on `origin` could read `response` without credentials."""
    return response is not None and browser.cors_check(origin, "omit", response.headers) is None


def is_open(response: RawResponse) -> bool:
    """Whether a response names no origin but `*`."""
    return get_header(response.headers, browser.ALLOW_ORIGIN) == "*"


def _lines(response: RawResponse, name: str) -> list[str]:
    """Every line of a header by itself: a second one does not hide the first."""
    return [value.strip() for key, value in response.headers if key.lower() == name.lower()]


def _with_credentials(response: RawResponse) -> bool:
    return get_header(response.headers, browser.ALLOW_CREDENTIALS) == "true"


def _of_strangers(probes: Probes, own: RawResponse, *, preflighted: bool) -> Iterator[Finding]:
    if is_open(own):
        yield Finding(
            "origin.any",
            Severity.NOTE,
            f"{browser.ALLOW_ORIGIN} is *: pages of every site may read this, without credentials",
            "Right for public data; otherwise list the origins in allow_origins.",
        )
        return
    answers = [("the response", probes.actual(FOREIGN))]
    if preflighted:
        answers.append(("the answer to the preflight", probes.preflight(FOREIGN, "GET")))
    for where, answer in answers:
        if answer is not None and FOREIGN in _lines(answer, browser.ALLOW_ORIGIN):
            yield _reflected(where, answer)
            return
    null = probes.actual(NULL)
    if null is not None and NULL in _lines(null, browser.ALLOW_ORIGIN):
        yield Finding(
            "origin.null",
            Severity.DANGER,
            f"the origin null is allowed{_cookies(null)}: every site can put a page in a sandboxed frame, whose "
            "origin is null",
            "Never allow null; take it out of the list.",
        )


def _reflected(where: str, answer: RawResponse) -> Finding:
    if _with_credentials(answer):
        return Finding(
            "origin.reflected",
            Severity.DANGER,
            f"{where} allows whichever origin asks ({FOREIGN} too), with credentials: every site can read what "
            "this API shows to its visitors",
            "Compare Origin with a list, letter for letter, and answer with the match alone: allow_origins.",
        )
    return Finding(
        "origin.reflected",
        Severity.DANGER,
        f"{where} allows whichever origin asks ({FOREIGN} too): it is as open as *",
        "List the origins in allow_origins; if every site may read this, send * itself.",
    )


def _cookies(answer: RawResponse) -> str:
    return ", with credentials" if _with_credentials(answer) else ""


def _of_lookalikes(probes: Probes, origin: str) -> Iterator[Finding]:
    if allows(probes.actual(FOREIGN), FOREIGN):
        return  # nothing to look alike where every origin is allowed
    for likeness, made_up in lookalikes(origin):
        answer = probes.actual(made_up)
        if answer is None or not allows(answer, made_up):
            continue
        allowed = f"{made_up} is allowed{_cookies(answer)}"
        if likeness is Likeness.SUBDOMAIN:
            yield Finding(
                "origin.subdomain",
                Severity.NOTE,
                f"{allowed}: sub-domains of your origin may read",
                "Right if you own all of them; otherwise take the pattern out of allow_origins.",
            )
        elif likeness is Likeness.INSECURE:
            yield Finding(
                "origin.insecure",
                Severity.DANGER,
                f"{allowed}: whoever is on the visitor's network can write that page",
                "Allow the https origin alone.",
            )
        else:
            yield Finding(
                "origin.lookalike",
                Severity.DANGER,
                f"{allowed}, and anyone can register such a name: {remedies.LIKENESS[likeness.value]}",
                "Compare the whole origin, letter for letter; write patterns as https://*.example.com.",
            )


def _of_vary(probes: Probes, own: RawResponse, origin: str) -> Iterator[Finding]:
    """https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches"""
    other = probes.actual(FOREIGN)
    allowed = get_header(own.headers, browser.ALLOW_ORIGIN)
    if is_open(own) or other is None:
        return
    if allowed is None or allowed == get_header(other.headers, browser.ALLOW_ORIGIN):
        return  # the same for every origin, so caches cannot mix anything up
    for answer, whose in ((own, origin), (other, "an origin that is not allowed")):
        if not _varies(answer):
            yield Finding(
                "vary.missing",
                Severity.PROBLEM,
                f"the response to {whose} has no Vary: Origin, so a cache may give it to pages of other origins, "
                "which then fail now and then",
                remedies.of("vary.missing", layer_of("GET", probes.url, answer)),
            )
            return


def _varies(response: RawResponse) -> bool:
    listed = {item.strip().lower() for item in (get_header(response.headers, "vary") or "").split(",")}
    return bool(listed & {"origin", "*"})


def _of_missing_page(probes: Probes, own: RawResponse, question: Question) -> Iterator[Finding]:
    """Whether a page can tell a 404 from a CORS error."""
    if not allows(own, question.origin):
        return
    url = probes.missing_url()
    answer = probes.actual(question.origin, url=url)
    if answer is None or answer.status < 400 or allows(answer, question.origin):
        return
    layer = layer_of("GET", url, answer)
    yield Finding(
        "errors.without_headers",
        Severity.PROBLEM,
        f"a path that does not exist is answered {answer.status} without CORS headers, probably by {layer.words}: "
        "pages see a CORS error, not the status",
        remedies.of("errors.without_headers", layer),
    )


def _of_spelling(probes: Probes, own: RawResponse, origin: str) -> Iterator[Finding]:
    if is_open(own):
        return
    other = probes.with_other_spelling(origin)
    if other is not None and allows(own, origin) != allows(other, origin):
        yield Finding(
            "origin.spelling",
            Severity.PROBLEM,
            "the answer depends on whether the header is spelled Origin, as in HTTP/1.1, or origin, as in HTTP/2: "
            "browsers send either",
            "Look header names up without regard to case; in a mapping template try both spellings.",
        )


def _of_limits(probes: Probes) -> list[Finding]:
    if not probes.left_out:
        return []
    return [
        Finding(
            "probes.left_out",
            Severity.NOTE,
            f"{probes.left_out} extra requests got no answer or were left out: {probes.failure}",
        )
    ]
