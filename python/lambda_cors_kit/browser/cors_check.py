"""The CORS check: may a response be shared with a page of another origin?

Source: https://fetch.spec.whatwg.org/#concept-cors-check
"""

from __future__ import annotations

from ..standard import ALLOW_CREDENTIALS, ALLOW_ORIGIN
from .headers import get_header
from .refusal import Credentials, HeaderList, Reason, Refusal, Step, quoted
from .url import ORIGIN


def cors_check(
    origin: str,
    credentials: Credentials,
    headers: HeaderList,
    *,
    step: Step = Step.RESPONSE,
    status: int | None = None,
) -> Refusal | None:
    """Fetch, "CORS check": may a response with these headers be shared with `origin`? None means yes.

    `origin` is the Origin header as it was sent ("null" included), `credentials` the request's mode.
    `step` and `status` (of the response) only serve the wording of the refusal.

    Source: https://fetch.spec.whatwg.org/#concept-cors-check
    """
    allowed = get_header(headers, ALLOW_ORIGIN)
    if allowed is None:
        return _allow_origin_missing(origin, step, status)
    if credentials != "include" and allowed == "*":
        return None
    if allowed != origin:
        return _allow_origin_refused(origin, allowed, step)
    if credentials != "include":
        return None
    value = get_header(headers, ALLOW_CREDENTIALS)
    return None if value == "true" else _allow_credentials_refused(value, step)


_ANSWER = {
    Step.PREFLIGHT: "the answer to the preflight",
    Step.REDIRECT: "the redirect",
    Step.RESPONSE: "the response",
    Step.REQUEST: "the request",
}


def _allow_origin_missing(origin: str, step: Step, status: int | None) -> Refusal:
    answer = _ANSWER[step] + (f" (status {status})" if status is not None else "")
    if step is Step.PREFLIGHT:
        remedy = "Let whatever answers OPTIONS write it: no authorizer, API key or missing route may answer first."
    elif status is not None and status >= 400:
        remedy = "Let the outermost layer write it on errors too, and look for the error itself in the log."
    elif step is Step.REDIRECT:
        remedy = "Let the page call the final URL, or write the header on redirects too."
    else:
        remedy = "Let one layer write it on every response."
    return Refusal(
        Reason.ALLOW_ORIGIN_MISSING,
        f"{answer} has no {ALLOW_ORIGIN} header, so it is not shared with {quoted(origin)}",
        f"{remedy} The origin {quoted(origin)} has to be in allow_origins.",
        step,
        ALLOW_ORIGIN,
    )


def _allow_origin_refused(origin: str, allowed: str, step: Step) -> Refusal:
    seen = f"{_ANSWER[step]} has {ALLOW_ORIGIN}: {quoted(allowed)}"
    if "," in allowed:
        reason = Reason.ALLOW_ORIGIN_MULTIPLE
        message = f"{seen}, and more than one value never matches"
        remedy = (
            "Send exactly one value: the request's own origin, chosen from the list. Two layers that both write "
            "the header (gateway and application, application and CDN) must become one."
        )
    elif allowed == "*":
        reason = Reason.ALLOW_ORIGIN_WILDCARD
        message = f"{seen}, which does not count for a request with credentials"
        remedy = (
            f"Send the origin itself ({origin}) and {ALLOW_CREDENTIALS}: true: list the origins in "
            'allow_origins. Or let the page drop credentials: "include", if it needs no cookies.'
        )
    elif allowed != "null" and not ORIGIN.fullmatch(allowed):
        reason = Reason.ALLOW_ORIGIN_MALFORMED
        message = f"{seen}, which is no origin as browsers write them, so it never matches"
        remedy = (
            f"Write {quoted(origin)}: scheme, host and port alone, in lower case, without a default port, "
            "without a slash at the end; a pattern is for the server to match, never to be sent."
        )
    else:
        reason = Reason.ALLOW_ORIGIN_MISMATCH
        message = f"{seen}, but the page's origin is {quoted(origin)}"
        remedy = (
            f"Add {quoted(origin)} to allow_origins. If it is there, a cache answered with another page's "
            "response: send Vary: Origin."
        )
    return Refusal(reason, message, remedy, step, ALLOW_ORIGIN)


def _allow_credentials_refused(value: str | None, step: Step) -> Refusal:
    if value is None:
        reason = Reason.ALLOW_CREDENTIALS_MISSING
        message = f"{_ANSWER[step]} has no {ALLOW_CREDENTIALS} header, and the request includes credentials"
    else:
        reason = Reason.ALLOW_CREDENTIALS_NOT_TRUE
        message = f"{_ANSWER[step]} has {ALLOW_CREDENTIALS}: {quoted(value)}; only true counts, in lower case"
    remedy = (
        f"Send {ALLOW_CREDENTIALS}: true, once (allow_credentials), on the preflight and on the response. Or let "
        'the page drop credentials: "include", if it needs no cookies.'
    )
    return Refusal(reason, message, remedy, step, ALLOW_CREDENTIALS)
