"""How the live API differs from the policy that was deployed, in the answers to preflights and to GETs."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from .. import browser
from ..browser import HeaderList, MalformedHeader, RawResponse, extract_list, get_header
from ..deployed.policy import Deployed
from ..policy import CORSPolicy
from ..standard import SAFELISTED_METHODS
from .layers import FUNCTION_URL, HTTP_API, REST_API, layer_of
from .other_pages import allows
from .probes import Probes
from .report import Difference, Drift, plain
from .strangers import FOREIGN, NAME, NULL, apexes, lookalikes, named_origins

MAX_ORIGINS = 40
MAX_REFUSED = 12
MAX_METHODS = 8
PREFLIGHT, RESPONSE = "preflight", "response"
UNNAMED_METHOD = "PROBE"
UNNAMED_HEADER = f"x-{NAME}"

_REMEDIES = {
    PREFLIGHT: "What answers OPTIONS has another policy than the one deployed: see terraform plan. The stage of a "
    "REST API may serve an old deployment: terraform apply -replace='ADDRESS.aws_api_gateway_deployment.this[0]'.",
    RESPONSE: "What answers requests has another policy than the one deployed. Look at LAMBDA_CORS_KIT_POLICY of "
    "the function and at its image (terraform plan), and for a second layer that writes Access-Control-* headers.",
}


def compare(deployed: Deployed, probes: Probes, origin: str) -> Drift:
    """Every difference between `deployed` and what is live; `origin` is tried too, allowed or not."""
    drift = Drift(deployed.source)
    if deployed.policy is None:
        drift.differences += _without_policy(probes, origin)
    else:
        _Comparison(deployed.policy, probes, drift).run(origin)
    writers = {difference.where for difference in drift.differences}
    drift.remedies = [_REMEDIES[where] for where in (PREFLIGHT, RESPONSE) if where in writers]
    if drift.unknown is None and probes.left_out:
        drift.unknown = f"{probes.left_out} comparisons were not made: {probes.failure}"
    return drift


def _without_policy(probes: Probes, origin: str) -> Iterator[Difference]:
    for asked in dict.fromkeys((origin, FOREIGN)):
        for where, answer in _answers(probes, asked):
            if answer is not None and allows(answer, asked):
                yield Difference(
                    "cors",
                    where,
                    "null",
                    f"{asked} is allowed",
                    f"no page may read, but the {where} allows {asked}",
                )


def _answers(probes: Probes, origin: str) -> list[tuple[str, RawResponse | None]]:
    """What the writer of preflights and the writer of responses say to a page; they may be two layers."""
    return [(PREFLIGHT, probes.preflight(origin, "GET")), (RESPONSE, probes.actual(origin))]


class _Comparison:
    """One policy against one API."""

    def __init__(self, policy: CORSPolicy, probes: Probes, drift: Drift) -> None:
        self.policy = policy
        self.probes = probes
        self.drift = drift

    def answers(self, origin: str) -> list[tuple[str, RawResponse]]:
        """What is said to a page, as far as it is known, and as far as the policy has a say in it."""
        found = []
        for where, answer in _answers(self.probes, origin):
            if answer is not None and where == RESPONSE and _is_gateways_error(self.probes.url, answer):
                self.drift.unknown = (
                    f"the gateway itself answered a GET with {answer.status}, which says nothing of the function"
                )
            elif answer is not None:
                found.append((where, answer))
        return found

    def run(self, origin: str) -> None:
        named = list(dict.fromkeys(named_origins(self.policy, origin)))
        if self.policy.allows_origin(origin):
            named = list(dict.fromkeys([origin, *named]))
        tried = named[:MAX_ORIGINS]
        self.drift.named, self.drift.origins = len(named), len(tried)
        self.drift.differences += self.refused_live(tried)
        self.drift.differences += self.allowed_live(origin, tried[0])
        self.drift.differences += self.of_preflight(tried)
        self.drift.differences += self.of_response(tried)

    def refused_live(self, named: list[str]) -> Iterator[Difference]:
        """Origins that the policy allows, and the API does not."""
        for origin in named:
            for where, answer in self.answers(origin):
                refusal = (
                    browser.preflight_check(origin, "omit", "GET", (), answer.status, answer.headers)
                    if where == PREFLIGHT
                    else browser.cors_check(origin, "omit", answer.headers, status=answer.status)
                )
                if refusal is not None:
                    message = f"the policy allows {origin}, and {refusal.message}"
                    yield Difference("allow_origins", where, f"{origin} is allowed", "it is refused", message)

    def allowed_live(self, origin: str, named: str) -> Iterator[Difference]:
        """Origins that the policy does not allow, and the API does; one line for each writer that takes any."""
        alike = [lookalike.origin for each in (origin, named) for lookalike in lookalikes(each)]
        candidates = [FOREIGN, origin, NULL, *apexes(self.policy), *alike]
        refused = [each for each in dict.fromkeys(candidates) if not self.policy.allows_origin(each)]
        open_to_all: set[str] = set()
        for asked in refused[:MAX_REFUSED]:
            for where, answer in self.answers(asked):
                if where in open_to_all or not allows(answer, asked):
                    continue
                if asked == FOREIGN:
                    open_to_all.add(where)
                live = "every origin is allowed" if asked == FOREIGN else f"{asked} is allowed"
                message = f"the policy does not name {asked}, and the {where} allows it"
                yield Difference("allow_origins", where, f"{asked} is refused", live, message)

    def of_preflight(self, named: list[str]) -> Iterator[Difference]:
        """Methods, headers, credentials and age, from the first preflight that passes."""
        for origin in named:
            answer = self.probes.preflight(origin, "GET")
            if answer is not None and allows(answer, origin):
                yield from self.of_methods(origin, answer)
                yield from self.of_headers(origin, answer)
                yield from self.of_credentials(PREFLIGHT, answer)
                yield from self.of_age(answer)
                return

    def of_methods(self, origin: str, answer: RawResponse) -> Iterator[Difference]:
        deployed = set(self.policy.allow_methods) | SAFELISTED_METHODS
        live = _listed(answer, browser.ALLOW_METHODS) | SAFELISTED_METHODS
        missing = [] if "*" in live else sorted(deployed - live)
        # An API may list no more than the method it was asked for.
        for method in missing[:MAX_METHODS]:
            asked = UNNAMED_METHOD if method == "*" else method
            again = self.probes.preflight(origin, asked)
            if again is not None and allows(again, origin) and asked in _listed(again, browser.ALLOW_METHODS):
                live.add(method)
        if "*" not in deployed and self.takes_unnamed(origin, browser.ALLOW_METHODS, UNNAMED_METHOD):
            live.add("*")
        yield from self.of_list("allow_methods", PREFLIGHT, deployed, live, self.policy.allow_methods)

    def of_headers(self, origin: str, answer: RawResponse) -> Iterator[Difference]:
        deployed = set(self.policy.allow_headers)
        live = {name.lower() for name in _listed(answer, browser.ALLOW_HEADERS)}
        if missing := sorted(deployed - live):
            asked: HeaderList = [(UNNAMED_HEADER if name == "*" else name, "-") for name in missing]
            again = self.probes.preflight(origin, "GET", asked)
            if again is not None and allows(again, origin):
                listed = {name.lower() for name in _listed(again, browser.ALLOW_HEADERS)}
                live |= {name for name, (sent, _) in zip(missing, asked, strict=True) if sent in listed}
        if "*" not in deployed and self.takes_unnamed(origin, browser.ALLOW_HEADERS, UNNAMED_HEADER):
            live.add("*")
        yield from self.of_list("allow_headers", PREFLIGHT, deployed, live, self.policy.allow_headers)

    def takes_unnamed(self, origin: str, header: str, value: str) -> bool:
        """Whether a preflight passes for a method and a header that no policy names."""
        answer = self.probes.preflight(origin, UNNAMED_METHOD, [(UNNAMED_HEADER, "-")])
        listed = _listed(answer, header) if answer is not None else set()
        return value in listed or value in {name.lower() for name in listed}

    def of_credentials(self, where: str, answer: RawResponse) -> Iterator[Difference]:
        live = get_header(answer.headers, browser.ALLOW_CREDENTIALS)
        if (live == "true") is not self.policy.allow_credentials:
            shown = _header(live, browser.ALLOW_CREDENTIALS)
            deployed = "true" if self.policy.allow_credentials else "false"
            message = f"allow_credentials is {deployed} in the policy, and the {where} has {shown}"
            yield Difference("allow_credentials", where, deployed, shown, message)

    def of_age(self, answer: RawResponse) -> Iterator[Difference]:
        live = get_header(answer.headers, browser.MAX_AGE)
        if browser.preflight_max_age(answer.headers) == self.policy.max_age:
            return
        if live is None and self.policy.max_age == 0:
            return  # five seconds at most, and gateways leave a zero out
        shown = _header(live, browser.MAX_AGE)
        message = f"max_age is {self.policy.max_age} in the policy, and the preflight has {shown}"
        yield Difference("max_age", PREFLIGHT, str(self.policy.max_age), shown, message)

    def of_response(self, named: list[str]) -> Iterator[Difference]:
        """Exposed headers and credentials, from the first response that a page may read."""
        for origin in named:
            answer = dict(self.answers(origin)).get(RESPONSE)
            if answer is not None and allows(answer, origin):
                exposed = {name.lower() for name in _listed(answer, browser.EXPOSE_HEADERS)}
                live = exposed - browser.SAFELISTED_RESPONSE_HEADERS
                deployed = set(self.policy.expose_headers)
                yield from self.of_list("expose_headers", RESPONSE, deployed, live, self.policy.expose_headers)
                yield from self.of_credentials(RESPONSE, answer)
                return

    @staticmethod
    def of_list(
        field: str, where: str, deployed: Collection[str], live: Collection[str], ordered: tuple[str, ...]
    ) -> Iterator[Difference]:
        added, missing = sorted(set(live) - set(deployed)), [each for each in ordered if each not in live]
        if "*" in live:
            missing = []
        if not added and not missing:
            return
        shown = ", ".join(sorted(live)) or "none"
        words = [f"has {plain(', '.join(added))}, which the policy has not"] if added else []
        words += [f"lacks {', '.join(missing)}"] if missing else []
        message = f"{field}: the {where} {', and '.join(words)}"
        yield Difference(field, where, ", ".join(ordered) or "none", plain(shown), message)


def _is_gateways_error(url: str, answer: RawResponse) -> bool:
    """An error that API Gateway or Lambda made, with the headers that it has for all origins alike."""
    layer = layer_of("GET", url, answer)
    return answer.status >= 400 and layer.itself is True and layer.gateway in (REST_API, HTTP_API, FUNCTION_URL)


def _listed(answer: RawResponse, header: str) -> set[str]:
    """The names in a list header; none where it is malformed, for browsers then take none of it."""
    try:
        return set(extract_list(answer.headers, header) or ())
    except MalformedHeader:
        return set()


def _header(value: str | None, name: str) -> str:
    return f"no {name}" if value is None else f"{name}: {plain(value, 60)}"
