"""What the extra requests find out, and what they must not do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lambda_cors_kit import CORSPolicy
from lambda_cors_kit.check.probes import Probes
from lambda_cors_kit.check.strangers import Likeness, lookalikes, named_origins
from lambda_cors_kit.check.transport import Transport
from tests.check.conftest import Check
from tests.check.support import FOREIGN, ORIGIN, Answer, Asked, Behaviour, Site, healthy

Start = Callable[..., Site]


def allowing(decide: Callable[[str], bool], *more: tuple[str, str]) -> Behaviour:
    """An API that allows the origins of which `decide` says so, with a Vary and `more` headers."""

    def answer(asked: Asked) -> Answer:
        if asked.origin is None or not decide(asked.origin):
            return Answer(200, (("Vary", "Origin"),))
        return Answer(200, (("Access-Control-Allow-Origin", asked.origin), ("Vary", "Origin"), *more))

    return answer


CREDENTIALS = ("Access-Control-Allow-Credentials", "true")


def test_a_reflected_origin(check: Check, site: Start) -> None:
    printed = check(site(allowing(lambda origin: True, CREDENTIALS)).url())

    assert printed.code == 0
    assert (
        f"    danger  the response allows whichever origin asks ({FOREIGN} too), with credentials" in printed.out
    )
    assert "every site can read what this API shows to its visitors (origin.reflected)" in printed.out
    assert "Compare Origin with a list, letter for letter" in printed.out


def test_a_reflected_origin_without_credentials(check: Check, site: Start) -> None:
    printed = check(site(allowing(lambda origin: True)).url(), "--json")

    assert printed.codes == ["origin.reflected"]
    assert "it is as open as *" in printed.json["findings"][0]["message"]


def test_a_preflight_that_reflects(check: Check, site: Start) -> None:
    def answer(asked: Asked) -> Answer:
        return healthy(str(asked.origin))(asked) if asked.is_preflight else healthy()(asked)

    printed = check(site(answer).url(), "--method", "PUT")
    assert "the answer to the preflight allows whichever origin asks" in printed.out


def test_the_origin_null(check: Check, site: Start) -> None:
    printed = check(site(allowing(lambda origin: origin in (ORIGIN, "null"), CREDENTIALS)).url())

    assert "the origin null is allowed, with credentials: every site can put a page in a sandboxed frame" in (
        printed.out
    )


@pytest.mark.parametrize(
    ("decide", "code", "words"),
    [
        (lambda origin: origin.startswith(ORIGIN), "origin.lookalike", "compared by how they begin"),
        (lambda origin: origin.endswith("example.com"), "origin.lookalike", "compared by how they end"),
        (lambda origin: origin[11:12] in ".x" and "app" in origin, "origin.lookalike", "taken for any character"),
        (lambda origin: origin.endswith(".app.example.com") or origin == ORIGIN, "origin.subdomain", "may read"),
        (lambda origin: origin.endswith("//app.example.com"), "origin.insecure", "on the visitor's network"),
    ],
)
def test_lookalikes(check: Check, site: Start, decide: Callable[[str], bool], code: str, words: str) -> None:
    printed = check(site(allowing(decide)).url(), "--json")

    assert printed.code == 0
    assert code in printed.codes
    assert any(words in finding["message"] for finding in printed.json["findings"])


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        (
            "https://shop.example.co.uk:8443",
            {
                Likeness.SUFFIX: "https://shop.example.co.uk.lambda-cors-kit-probe.invalid:8443",
                Likeness.PREFIX: "https://lambda-cors-kit-probeexample.co.uk:8443",
                Likeness.DOT: "https://shopxexample.co.uk:8443",
                Likeness.SUBDOMAIN: "https://lambda-cors-kit-probe.shop.example.co.uk:8443",
                Likeness.INSECURE: "http://shop.example.co.uk:8443",
            },
        ),
        ("http://localhost:3000", {Likeness.SUFFIX: "http://localhost.lambda-cors-kit-probe.invalid:3000"}),
        ("http://127.0.0.1", {Likeness.SUFFIX: "http://127.0.0.1.lambda-cors-kit-probe.invalid"}),
        ("http://[::1]:3000", {}),
        ("null", {}),
    ],
)
def test_which_origins_look_alike(origin: str, expected: dict[Likeness, str]) -> None:
    assert dict(lookalikes(origin)) == expected
    assert all(not CORSPolicy([origin]).allows_origin(made_up) for made_up in expected.values())


def test_no_lookalike_shares_the_registered_domain() -> None:
    foreign = {Likeness.SUFFIX, Likeness.PREFIX, Likeness.DOT}
    pattern = CORSPolicy(["https://*.example.com"])

    for origin in ("https://example.com", "https://a.b.example.com"):
        made_up = dict(lookalikes(origin))
        assert not any(pattern.allows_origin(made_up[likeness]) for likeness in foreign)


def test_patterns_give_origins_that_they_name() -> None:
    long = "https://*." + ".".join(["a" * 60] * 4) + ".com"
    policy = CORSPolicy(
        ["https://a.test", "https://*.b.test:8443", "http://localhost:*", "http://*.c.test:*", long]
    )

    named = named_origins(policy, ORIGIN)
    assert len(named) == len(policy.allow_origins)
    assert all(policy.allows_origin(origin) for origin in named)
    assert named_origins(CORSPolicy(["*"]), ORIGIN) == [ORIGIN, FOREIGN]


@pytest.mark.parametrize("whose", [ORIGIN, "an origin that is not allowed"])
def test_a_missing_vary(check: Check, site: Start, whose: str) -> None:
    def answer(asked: Asked) -> Answer:
        good = healthy()(asked)
        if (asked.origin == ORIGIN) is (whose == ORIGIN):
            return good._replace(headers=tuple(field for field in good.headers if field[0] != "Vary"))
        return good

    printed = check(site(answer).url())
    assert printed.code == 0
    assert f"    problem the response to {whose} has no Vary: Origin, so a cache may give it" in printed.out
    assert "Send Vary: Origin on every response, refusals included" in printed.out


def test_no_vary_is_needed_where_every_answer_is_the_same(check: Check, site: Start) -> None:
    for allowed in ("*", ORIGIN):
        headers = (("Access-Control-Allow-Origin", allowed),)
        printed = check(site(lambda asked, headers=headers: Answer(200, headers)).url(), "--json")
        assert "vary.missing" not in printed.codes


def test_a_vary_among_others(check: Check, site: Start) -> None:
    def answer(asked: Asked) -> Answer:
        good = healthy()(asked)
        return good._replace(
            headers=(*[f for f in good.headers if f[0] != "Vary"], ("Vary", "Accept"), ("vary", "Cookie, ORIGIN"))
        )

    assert check(site(answer).url(), "--json").codes == []


def test_a_lost_page_without_headers(check: Check, site: Start) -> None:
    def answer(asked: Asked) -> Answer:
        return Answer(404) if "lambda-cors-kit-probe" in asked.path else healthy()(asked)

    api = site(answer)
    printed = check(api.url("/v1/items/?page=2"))
    assert printed.code == 0
    assert "a path that does not exist is answered 404 without CORS headers" in printed.out
    assert "pages see a CORS error, not the status (errors.without_headers)" in printed.out
    (lost,) = [asked.path for asked in api.asked if "lambda-cors-kit-probe" in asked.path]
    assert lost.startswith("/v1/items/lambda-cors-kit-probe-")
    assert "?" not in lost


def test_the_spelling_of_the_header(check: Check, site: Start) -> None:
    def answer(asked: Asked) -> Answer:
        return healthy()(asked) if "Origin" in asked.names else Answer(200, (("Vary", "Origin"),))

    printed = check(site(answer).url())
    assert (
        "depends on whether the header is spelled Origin, as in HTTP/1.1, or origin, as in HTTP/2" in printed.out
    )


def test_extra_requests_are_few_and_safe(check: Check, site: Start) -> None:
    api = site(healthy())
    check(api.url(), "--method", "POST", "--header", "content-type", "--send")

    assert [asked.method for asked in api.asked if asked.method not in ("GET", "OPTIONS")] == ["POST"]
    assert len(api.asked) <= 14
    extra = [asked for asked in api.asked if asked.method == "GET"]
    assert all(asked.headers["content-type"] == "application/json" for asked in extra)


def test_extra_requests_are_bounded(site: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    api = site(healthy())
    probes = Probes(Transport(1.0), api.url(), ())
    monkeypatch.setattr("lambda_cors_kit.check.probes.MAX_PROBES", 2)

    assert [probes.actual(origin) is not None for origin in (ORIGIN, FOREIGN, ORIGIN, "null")] == [
        True,
        True,
        True,
        False,
    ]
    assert (probes.sent, probes.left_out, len(api.asked)) == (2, 1, 2)
    assert probes.failure == "2 extra requests were sent, which is the limit in number or time"


def test_an_api_that_stops_answering_is_left_alone(check: Check, site: Start) -> None:
    def answer(asked: Asked) -> Answer:
        if asked.origin == FOREIGN:
            raise ConnectionResetError
        return healthy()(asked)

    api = site(answer)
    printed = check(api.url())
    assert printed.code == 0
    assert "extra requests got no answer or were left out: 127.0.0.1:" in printed.out
    assert len(api.asked) == 2
