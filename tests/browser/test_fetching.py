"""Whole fetches over a scripted network: preflight, cache, credentials, redirects, tainting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from lambda_cors_kit import browser
from lambda_cors_kit.browser import (
    HeaderList,
    NetworkError,
    PreflightCache,
    RawResponse,
    Reason,
    Request,
    Step,
    Verdict,
)

PAGE = "https://app.example.com"
API = "https://api.example.com"
OTHER = "https://other.example"
ANY = [("Access-Control-Allow-Origin", "*")]


class Network:
    """A server for every origin: `answer(method, url, headers)`, and a record of what was asked."""

    def __init__(self, answer: Callable[[str, str, dict[str, str]], RawResponse]) -> None:
        self.answer = answer
        self.asked: list[tuple[str, str, dict[str, str], bytes | None]] = []

    def send(self, method: str, url: str, headers: HeaderList, body: bytes | None) -> RawResponse:
        seen = {name.lower(): value for name, value in headers}
        assert len(seen) == len(headers), "no header is sent twice here"
        self.asked.append((method, url, seen, body))
        return self.answer(method, url, seen)

    def methods(self) -> list[str]:
        return [method for method, *_ in self.asked]


def reflecting(method: str, url: str, headers: dict[str, str]) -> RawResponse:
    """A server that allows whatever it is asked, with credentials."""
    answer = [
        ("Access-Control-Allow-Origin", headers.get("origin", "")),
        ("Access-Control-Allow-Credentials", "true"),
        ("Access-Control-Expose-Headers", "X-Seen"),
        ("X-Seen", url),
        ("X-Hidden", "1"),
    ]
    if method == "OPTIONS":
        answer.append(("Access-Control-Allow-Methods", headers.get("access-control-request-method", "")))
        answer.append(("Access-Control-Allow-Headers", headers.get("access-control-request-headers", "")))
    return RawResponse(200, answer, b"body")


def run(network: Network, url: str = API + "/items", *, origin: str = PAGE, **options: Any) -> Verdict:
    cache, cookies = options.pop("cache", None), options.pop("cookies", None)
    return browser.fetch(Request(url, **options), origin, network.send, cache, cookies)


def refused(verdict: Verdict) -> tuple[Reason, Step]:
    assert verdict.refusal is not None
    assert verdict.response is None
    assert verdict.response is None
    return verdict.refusal.reason, verdict.refusal.step


def test_a_simple_request_goes_out_at_once() -> None:
    network = Network(reflecting)
    verdict = run(network)
    assert network.asked == [("GET", API + "/items", {"accept": "*/*", "origin": PAGE}, None)]
    assert verdict.preflight is None
    response = verdict.response
    assert response is not None
    assert (response.type, response.status, response.body) == ("cors", 200, b"body")
    assert response.headers == (("x-seen", API + "/items"),)
    assert (response.url, response.redirected) == (API + "/items", False)


def test_a_preflighted_request_asks_first() -> None:
    network = Network(reflecting)
    verdict = run(network, method="PUT", headers=[("X-B", "1"), ("x-a", "2")], body="x")
    preflight, actual = network.asked
    assert preflight == (
        "OPTIONS",
        API + "/items",
        {
            "accept": "*/*",
            "access-control-request-method": "PUT",
            "access-control-request-headers": "x-a,x-b",
            "origin": PAGE,
        },
        None,
    )
    assert actual[0] == "PUT"
    assert actual[2]["content-type"] == "text/plain;charset=UTF-8"
    assert actual[3] == b"x"
    assert [exchange.step for exchange in verdict.exchanges] == [Step.PREFLIGHT, Step.RESPONSE]
    assert verdict.preflight is verdict.exchanges[0]


def test_a_refused_preflight_is_the_last_thing_sent() -> None:
    network = Network(lambda *_: RawResponse(403))
    verdict = run(network, method="DELETE")
    assert refused(verdict) == (Reason.ALLOW_ORIGIN_MISSING, Step.PREFLIGHT)
    assert network.methods() == ["OPTIONS"]


def test_the_actual_response_is_checked_after_a_good_preflight() -> None:
    network = Network(lambda m, u, h: reflecting(m, u, h) if m == "OPTIONS" else RawResponse(500))
    verdict = run(network, method="DELETE")
    assert refused(verdict) == (Reason.ALLOW_ORIGIN_MISSING, Step.RESPONSE)
    assert verdict.refusal is not None
    assert "500" in verdict.refusal.message


@pytest.mark.parametrize("status", [200, 201, 304, 400, 401, 404, 418, 500, 503])
def test_the_actual_response_may_have_any_status(status: int) -> None:
    verdict = run(Network(lambda *_: RawResponse(status, ANY, b"error")))
    assert verdict.response is not None
    assert verdict.response.status == status


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 205), ("GET", 304)])
def test_some_responses_have_no_body(method: str, status: int) -> None:
    verdict = run(Network(lambda *_: RawResponse(status, ANY, b"x")), method=method)
    assert verdict.response is not None
    assert verdict.response.body is None


def test_an_upload_listener_costs_a_preflight_that_is_cached() -> None:
    network, cache = Network(lambda *_: RawResponse(200, ANY)), PreflightCache()
    for _ in range(2):
        assert run(network, method="POST", use_cors_preflight=True, cache=cache).response is not None
    assert network.methods() == ["OPTIONS", "POST", "POST"]


# --- the preflight cache


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def allowing(max_age: str | None, methods: str = "PUT, DELETE", headers: str = "x-a") -> Network:
    answer = [
        *ANY,
        ("Access-Control-Allow-Methods", methods),
        ("Access-Control-Allow-Headers", headers),
        *([("Access-Control-Max-Age", max_age)] if max_age is not None else []),
    ]
    return Network(lambda *_: RawResponse(200, answer))


@pytest.mark.parametrize(("max_age", "seconds"), [("60", 60), (None, 5), ("x", 5), ("100000", 7200)])
def test_a_second_request_trusts_the_cache_until_it_ends(max_age: str | None, seconds: int) -> None:
    clock = Clock()
    network, cache = allowing(max_age), PreflightCache(clock=clock)
    for moment in (0, seconds - 1, seconds):
        clock.now = float(moment)
        run(network, method="PUT", headers=[("X-A", str(moment))], cache=cache)
    assert network.methods() == ["OPTIONS", "PUT", "PUT", "OPTIONS", "PUT"]


@pytest.mark.parametrize("cache", [None, PreflightCache()])
def test_max_age_zero_and_no_cache_ask_each_time(cache: PreflightCache | None) -> None:
    network = allowing("0" if cache is not None else "60")
    run(network, method="PUT", cache=cache)
    run(network, method="PUT", cache=cache)
    assert network.methods() == ["OPTIONS", "PUT"] * 2


def test_one_answer_serves_every_method_and_header_that_it_lists() -> None:
    network, cache = allowing("60"), PreflightCache()
    run(network, method="PUT", cache=cache)
    run(network, method="DELETE", headers=[("x-a", "1")], cache=cache)
    assert network.methods() == ["OPTIONS", "PUT", "DELETE"]
    run(network, method="PUT", headers=[("x-b", "1")], cache=cache)
    assert network.methods()[3:] == ["OPTIONS"]


def test_another_url_asks_again() -> None:
    network, cache = allowing("60"), PreflightCache()
    run(network, method="PUT", cache=cache)
    run(network, API + "/items?page=2", method="PUT", cache=cache)
    assert network.methods() == ["OPTIONS", "PUT"] * 2


def test_a_failure_empties_the_cache_for_that_url() -> None:
    cache = PreflightCache()
    run(allowing("60"), method="PUT", cache=cache)
    broken = Network(lambda *_: RawResponse(200))
    assert run(broken, method="PUT", cache=cache).response is None
    assert broken.methods() == ["PUT"]
    again = allowing("60")
    run(again, method="PUT", cache=cache)
    assert again.methods() == ["OPTIONS", "PUT"]


def test_a_failed_simple_request_leaves_the_cache_alone() -> None:
    cache = PreflightCache()
    run(allowing("60"), method="PUT", cache=cache)
    run(Network(lambda *_: RawResponse(200)), cache=cache)
    network = allowing("60")
    run(network, method="PUT", cache=cache)
    assert network.methods() == ["PUT"]


def test_authorization_is_never_served_by_a_wildcard() -> None:
    network, cache = allowing("60", headers="*"), PreflightCache()
    run(network, headers=[("x-a", "1")], cache=cache)
    verdict = run(network, headers=[("Authorization", "x")], cache=cache)
    assert refused(verdict) == (Reason.ALLOW_HEADERS_AUTHORIZATION, Step.PREFLIGHT)


# --- credentials


class Jar:
    def __init__(self) -> None:
        self.stored: list[tuple[str, tuple[str, ...]]] = []

    def cookie_header(self, url: str) -> str | None:
        return "session=1"

    def store(self, url: str, set_cookie: Sequence[str]) -> None:
        self.stored.append((url, tuple(set_cookie)))


@pytest.mark.parametrize(
    ("credentials", "origin", "sent"),
    [
        ("omit", PAGE, False),
        ("same-origin", PAGE, False),
        ("include", PAGE, True),
        ("omit", API, False),
        ("same-origin", API, True),
        ("include", API, True),
    ],
)
def test_cookies_follow_the_credentials_mode(credentials: str, origin: str, sent: bool) -> None:
    network, jar = Network(reflecting), Jar()
    assert run(network, origin=origin, credentials=credentials, cookies=jar).response is not None
    assert ("cookie" in network.asked[0][2]) is sent
    assert bool(jar.stored) is sent


def test_a_preflight_carries_no_cookies() -> None:
    network, jar = Network(reflecting), Jar()
    run(network, method="PUT", credentials="include", cookies=jar)
    preflight, actual = network.asked
    assert "cookie" not in preflight[2]
    assert actual[2]["cookie"] == "session=1"


def test_cookies_are_kept_even_where_the_page_may_not_read() -> None:
    jar = Jar()
    verdict = run(
        Network(lambda *_: RawResponse(200, [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])),
        credentials="include",
        cookies=jar,
    )
    assert verdict.response is None
    assert jar.stored == [(API + "/items", ("a=1", "b=2"))]


def test_the_wildcard_is_for_requests_without_credentials() -> None:
    network = Network(lambda *_: RawResponse(200, ANY))
    assert run(network, credentials="same-origin").response is not None
    assert refused(run(network, credentials="include")) == (Reason.ALLOW_ORIGIN_WILDCARD, Step.RESPONSE)


# --- tainting


def test_a_page_reads_its_own_origin_without_any_header() -> None:
    network = Network(lambda *_: RawResponse(200, [("X-A", "1"), ("Set-Cookie", "a=1")]))
    verdict = run(network, PAGE + "/data", method="PUT", headers=[("X-B", "1")])
    assert network.methods() == ["PUT"]
    assert network.asked[0][2]["origin"] == PAGE
    assert verdict.response is not None
    assert (verdict.response.type, verdict.response.headers) == ("basic", (("x-a", "1"),))


def test_a_get_to_the_own_origin_has_no_origin_header() -> None:
    network = Network(lambda *_: RawResponse(200))
    run(network, PAGE + "/data")
    assert "origin" not in network.asked[0][2]


def test_another_port_is_another_origin() -> None:
    assert refused(run(Network(lambda *_: RawResponse(200)), PAGE + ":8443/"))[0] is Reason.ALLOW_ORIGIN_MISSING


def test_the_origin_null_is_never_the_same_origin() -> None:
    verdict = run(Network(reflecting), origin="null")
    assert verdict.response is not None
    assert verdict.response.type == "cors"


def test_no_cors_reads_nothing() -> None:
    network = Network(lambda *_: RawResponse(200, [("X-A", "1")], b"secret"))
    verdict = run(network, method="POST", mode="no-cors", headers=[("X-A", "1")], body="x")
    assert network.asked[0][2]["origin"] == PAGE
    assert "x-a" not in network.asked[0][2]
    assert verdict.response == browser.Response("opaque", 0, (), None, "", False)


def test_no_cors_hides_the_origin_from_insecure_urls() -> None:
    network = Network(lambda *_: RawResponse(200))
    run(network, "http://localhost:8000/", method="POST", mode="no-cors", body="x")
    assert network.asked[0][2]["origin"] == "null"


def test_no_cors_follows_redirects_or_nothing() -> None:
    network = Network(reflecting)
    assert refused(run(network, mode="no-cors", redirect="manual")) == (Reason.REDIRECT_MODE, Step.REQUEST)
    assert network.asked == []


def test_mode_same_origin() -> None:
    network = Network(reflecting)
    assert refused(run(network, mode="same-origin")) == (Reason.MODE_SAME_ORIGIN, Step.REQUEST)
    assert network.asked == []


# --- before anything is sent


@pytest.mark.parametrize("port", [0, 22, 6000, 6667, 10080])
def test_bad_ports(port: int) -> None:
    assert refused(run(Network(reflecting), f"https://api.example.com:{port}/")) == (
        Reason.URL_BAD_PORT,
        Step.REQUEST,
    )


@pytest.mark.parametrize(
    ("origin", "url", "readable"),
    [
        (PAGE, "http://api.example.com/", False),
        (PAGE, "http://192.168.0.1/", False),
        (PAGE, "http://localhost.example.com/", False),
        (PAGE, "http://127.0.0.1.example.com/", False),
        (PAGE, "http://127.0.0.1:8000/", True),
        (PAGE, "http://[::1]:8000/", True),
        (PAGE, "http://localhost/", True),
        (PAGE, "http://api.kit.localhost/", True),
        ("http://app.example.com", "http://api.example.com/", True),
        ("null", "http://api.example.com/", True),
    ],
)
def test_mixed_content(origin: str, url: str, readable: bool) -> None:
    network = Network(reflecting)
    verdict = run(network, url, origin=origin)
    assert (verdict.response is not None) is readable
    if not readable:
        assert refused(verdict) == (Reason.URL_MIXED_CONTENT, Step.REQUEST)
        assert network.asked == []


# --- the network


@pytest.mark.parametrize("error", [NetworkError("no route"), ConnectionResetError("reset"), TimeoutError()])
def test_no_answer_is_a_refusal_of_its_own(error: Exception) -> None:
    def fail(*_: object) -> RawResponse:
        raise error

    verdict = run(Network(fail), method="PUT")
    assert refused(verdict) == (Reason.NETWORK, Step.PREFLIGHT)
    assert verdict.refusal is not None
    assert (str(error) or "TimeoutError") in verdict.refusal.message
    assert [exchange.response for exchange in verdict.exchanges] == [None]


def test_what_is_no_network_error_passes_through() -> None:
    def fail(*_: object) -> RawResponse:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(Network(fail))


def test_the_page_needs_an_origin() -> None:
    with pytest.raises(ValueError, match=r"write 'https://app\.example\.com'"):
        run(Network(reflecting), origin="https://app.example.com/")


def test_the_asynchronous_fetch_is_the_same() -> None:
    network = Network(reflecting)

    async def send(method: str, url: str, headers: HeaderList, body: bytes | None) -> RawResponse:
        await asyncio.sleep(0)
        return network.send(method, url, headers, body)

    request = Request(API, "PUT", [("X-A", "1")])
    assert asyncio.run(browser.fetch_async(request, PAGE, send)) == browser.fetch(request, PAGE, network.send)

    async def fail(*_: object) -> RawResponse:
        raise NetworkError("down")

    assert refused(asyncio.run(browser.fetch_async(request, PAGE, fail))) == (Reason.NETWORK, Step.PREFLIGHT)


# --- redirects


def redirecting(
    location: str, status: int = 302, first: Sequence[tuple[str, str]] | None = None, at: str = API + "/items"
) -> Network:
    """Redirects `at` to `location`, with CORS headers that allow the sender unless `first` says otherwise."""

    def answer(method: str, url: str, headers: dict[str, str]) -> RawResponse:
        plain = reflecting(method, url, headers)
        if url != at or method == "OPTIONS":
            return plain
        return RawResponse(status, [*(plain.headers if first is None else first), ("Location", location)])

    return Network(answer)


@pytest.mark.parametrize("status", sorted(browser.REDIRECT_STATUSES))
@pytest.mark.parametrize(
    ("start", "location", "sent"),
    [
        (API + "/items", "/final", PAGE),
        (API + "/items", OTHER + "/final", "null"),
        (API + "/items", PAGE + "/final", "null"),
        (PAGE + "/items", API + "/final", PAGE),
    ],
)
def test_the_origin_after_a_redirect(status: int, start: str, location: str, sent: str) -> None:
    network = redirecting(location, status, at=start)
    verdict = run(network, start)
    assert network.asked[-1][2]["origin"] == sent
    assert verdict.response is not None
    assert verdict.response.redirected
    assert verdict.response.url == network.asked[-1][1]
    assert verdict.response.type == "cors"


def test_a_page_redirected_on_its_own_origin_stays_basic() -> None:
    network = redirecting("/final", first=[], at=PAGE + "/items")
    verdict = run(network, PAGE + "/items")
    assert verdict.response is not None
    assert (verdict.response.type, verdict.response.url) == ("basic", PAGE + "/final")
    assert "origin" not in network.asked[-1][2]


TABLE = [
    # first URL, its Allow-Origin, second URL, its Allow-Origin: the Origin that the second saw, or None: refused
    *[("page", first, "api", second, PAGE) for first in ("*", PAGE, None) for second in ("*", PAGE)],
    ("page", "*", "api", "null", None),
    ("page", "*", "api", None, None),
    *[
        (one, first, two, second, "null")
        for one, two in (("api", "page"), ("api", "other"))
        for first in ("*", PAGE)
        for second in ("*", "null")
    ],
    *[("api", "*", two, second, None) for two in ("page", "other") for second in (PAGE, None)],
    *[("api", first, two, "*", None) for two in ("page", "other", "api") for first in ("null", None, API)],
    *[("api", first, "api", second, PAGE) for first in ("*", PAGE) for second in ("*", PAGE)],
    ("api", "*", "api", "null", None),
    ("api", "*", "api", API, None),
]


@pytest.mark.parametrize(("one", "first", "two", "second", "expected"), TABLE)
def test_both_ends_of_a_redirect_are_checked(
    one: str, first: str | None, two: str, second: str | None, expected: str | None
) -> None:
    places = {"page": PAGE, "api": API, "other": OTHER}

    def answer(method: str, url: str, headers: dict[str, str]) -> RawResponse:
        is_first = url.endswith("/1")
        allowed = first if is_first else second
        cors = [("Access-Control-Allow-Origin", allowed)] if allowed is not None else []
        return RawResponse(302, [*cors, ("Location", places[two] + "/2")]) if is_first else RawResponse(200, cors)

    network = Network(answer)
    verdict = run(network, places[one] + "/1")
    assert (verdict.response is None) is (expected is None)
    if expected is not None:
        assert network.asked[-1][2]["origin"] == expected


def test_a_refused_redirect_says_so() -> None:
    verdict = run(redirecting("/final", first=[]))
    assert refused(verdict) == (Reason.ALLOW_ORIGIN_MISSING, Step.REDIRECT)


def test_the_origin_null_is_explained() -> None:
    def answer(method: str, url: str, headers: dict[str, str]) -> RawResponse:
        allowed = [("Access-Control-Allow-Origin", PAGE)]
        return RawResponse(307, [*allowed, ("Location", OTHER)]) if API in url else RawResponse(200, allowed)

    verdict = run(Network(answer))
    assert refused(verdict) == (Reason.ALLOW_ORIGIN_MISMATCH, Step.RESPONSE)
    assert verdict.refusal is not None
    assert f"{API!r} to {OTHER!r}" in verdict.refusal.message
    assert "Do not redirect" in verdict.refusal.remedy


def test_an_origin_that_is_left_and_found_again_stays_null() -> None:
    hops = {API + "/items": OTHER + "/", OTHER + "/": API + "/back"}

    def answer(method: str, url: str, headers: dict[str, str]) -> RawResponse:
        location = [("Location", hops[url])] if url in hops else []
        return RawResponse(302 if location else 200, [*ANY, *location])

    network = Network(answer)
    assert run(network).response is not None
    assert [headers["origin"] for _, _, headers, _ in network.asked] == [PAGE, "null", "null"]


def test_a_redirect_is_preflighted_again_at_its_target() -> None:
    network = redirecting(OTHER + "/final", 307)
    assert run(network, method="PUT", headers=[("X-A", "1")], body="x").response is not None
    assert [(m, u) for m, u, *_ in network.asked] == [
        ("OPTIONS", API + "/items"),
        ("PUT", API + "/items"),
        ("OPTIONS", OTHER + "/final"),
        ("PUT", OTHER + "/final"),
    ]
    assert network.asked[2][2]["origin"] == "null"
    assert network.asked[3][3] == b"x"


def test_a_redirected_preflight_fails() -> None:
    network = Network(lambda *_: RawResponse(307, [*ANY, ("Location", "/final")]))
    assert refused(run(network, method="PUT")) == (Reason.PREFLIGHT_REDIRECT, Step.PREFLIGHT)
    assert len(network.asked) == 1


@pytest.mark.parametrize(
    ("status", "method", "becomes"),
    [
        (301, "POST", "GET"),
        (302, "POST", "GET"),
        (303, "POST", "GET"),
        (303, "PUT", "GET"),
        (307, "POST", "POST"),
        (308, "POST", "POST"),
        (301, "PUT", "PUT"),
        (302, "DELETE", "DELETE"),
        (303, "HEAD", "HEAD"),
        (301, "GET", "GET"),
    ],
)
def test_the_method_after_a_redirect(status: int, method: str, becomes: str) -> None:
    network = redirecting("/final", status)
    body = "x" if method in ("POST", "PUT") else None
    assert run(network, method=method, headers=[("Content-Language", "de")], body=body).response is not None
    last = network.asked[-1]
    assert last[0] == becomes
    assert last[3] == (b"x" if body and becomes == method else None)
    dropped = becomes != method
    assert ("content-language" in last[2]) is not dropped
    assert ("content-type" in last[2]) is (body is not None and not dropped)


@pytest.mark.parametrize(("location", "kept"), [("/final", True), (OTHER, False), (API + ":8443/", False)])
def test_authorization_stays_with_its_origin(location: str, kept: bool) -> None:
    network = redirecting(location)
    assert run(network, headers=[("Authorization", "x")]).response is not None
    assert ("authorization" in network.asked[-1][2]) is kept


@pytest.mark.parametrize("userinfo", ["u:p@", "u@", "u:@", ":p@"])
@pytest.mark.parametrize(
    ("start", "target"), [(API, API), (API, OTHER), (API, PAGE), (PAGE, API)], ids=lambda u: u[8:13]
)
def test_user_information_in_a_location(start: str, target: str, userinfo: str) -> None:
    network = redirecting(target.replace("://", f"://{userinfo}") + "/final", at=start + "/items")
    assert refused(run(network, start + "/items")) == (Reason.REDIRECT_USERINFO, Step.REDIRECT)


def test_empty_user_information_is_none() -> None:
    assert run(redirecting("https://@api.example.com/final")).response is not None


def test_user_information_on_the_own_origin_is_the_pages_affair() -> None:
    network = redirecting("https://u:p@app.example.com/final", at=PAGE + "/items")
    assert run(network, PAGE + "/items").response is not None
    assert network.asked[-1][1] == PAGE + "/final"


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("https://", Reason.REDIRECT_LOCATION),
        ("https://a b/", Reason.REDIRECT_LOCATION),
        ("mailto:a@example.com", Reason.REDIRECT_SCHEME),
        ("data:text/plain,x", Reason.REDIRECT_SCHEME),
        ("http://api.example.com/", Reason.URL_MIXED_CONTENT),
        ("https://api.example.com:22/", Reason.URL_BAD_PORT),
    ],
)
def test_where_a_redirect_may_not_go(location: str, expected: Reason) -> None:
    assert refused(run(redirecting(location))) == (expected, Step.REDIRECT)


def test_two_locations_are_none() -> None:
    network = Network(lambda *_: RawResponse(302, [*ANY, ("Location", "/a"), ("Location", "/b")]))
    assert refused(run(network)) == (Reason.REDIRECT_LOCATION, Step.REDIRECT)


def test_without_a_location_the_redirect_is_the_response() -> None:
    verdict = run(Network(lambda *_: RawResponse(302, ANY, b"here")))
    assert verdict.response is not None
    assert (verdict.response.status, verdict.response.body) == (302, b"here")


def counting(hops: int) -> Network:
    def answer(method: str, url: str, headers: dict[str, str]) -> RawResponse:
        hop = int(url.rpartition("/")[2])
        return RawResponse(302, [*ANY, ("Location", f"/{hop + 1}")]) if hop < hops else RawResponse(200, ANY)

    return Network(answer)


def test_twenty_redirects_are_the_most() -> None:
    assert run(counting(20), API + "/0").response is not None
    network = counting(21)
    assert refused(run(network, API + "/0")) == (Reason.REDIRECT_LIMIT, Step.REDIRECT)
    assert len(network.asked) == 21


def test_redirect_error_and_manual() -> None:
    assert refused(run(redirecting("/final"), redirect="error")) == (Reason.REDIRECT_MODE, Step.REDIRECT)
    network = redirecting("/final")
    verdict = run(network, redirect="manual")
    assert verdict.response == browser.Response("opaqueredirect", 0, (), None, API + "/items", False)
    assert len(network.asked) == 1
    assert refused(run(redirecting("/final", first=[]), redirect="manual"))[0] is Reason.ALLOW_ORIGIN_MISSING


def test_mode_same_origin_does_not_leave_it() -> None:
    verdict = run(redirecting(API, at=PAGE + "/items"), PAGE + "/items", mode="same-origin")
    assert refused(verdict) == (Reason.MODE_SAME_ORIGIN, Step.REDIRECT)


def test_cookies_on_the_way_through_a_redirect() -> None:
    network, jar = redirecting(API, at=PAGE + "/items"), Jar()
    assert run(network, PAGE + "/items", cookies=jar).response is not None
    assert ["cookie" in headers for _, _, headers, _ in network.asked] == [True, False]
