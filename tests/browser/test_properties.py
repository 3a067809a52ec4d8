"""Whatever a server sends and a script asks: nothing raises, and no rule of CORS is stretched."""

from __future__ import annotations

import contextlib
from typing import get_args

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lambda_cors_kit import browser
from lambda_cors_kit.browser import Credentials, HeaderList, NetworkError, PreflightCache, RawResponse, Request

PAGE = "https://app.example.com"
API = "https://api.example.com/"

any_byte = st.text(st.characters(max_codepoint=255), max_size=40)
any_text = st.text(max_size=40)
credentials = st.sampled_from(get_args(Credentials))
origins = st.sampled_from([PAGE, "https://b.example", "null", "http://localhost:3000"])
methods = st.sampled_from(["GET", "HEAD", "POST", "PUT", "put", "PATCH", "patch", "DELETE", "*"])
names = st.sampled_from(["X-A", "x-b", "Authorization", "Content-Type", "Accept", "Range", "*"])
lists = st.lists(
    st.sampled_from(
        ["*", "PUT", "put", "PATCH", "x-a", "X-B", "authorization", "content-type", "", " ", "a b", "\0"]
    ),
    max_size=4,
).map(",".join)
cors_headers = st.lists(
    st.one_of(
        st.tuples(st.just("Access-Control-Allow-Origin"), st.sampled_from([PAGE, "*", "null", PAGE + "/", ""])),
        st.tuples(st.just("access-control-allow-credentials"), st.sampled_from(["true", "True", "", "false"])),
        st.tuples(st.just("Access-Control-Allow-Methods"), lists),
        st.tuples(st.just("Access-Control-Allow-Headers"), lists),
        st.tuples(st.just("Access-Control-Expose-Headers"), lists),
        st.tuples(st.just("Access-Control-Max-Age"), st.sampled_from(["0", "60", "x", "", "-1"])),
        st.tuples(
            st.just("Location"), st.sampled_from(["/b", "https://b.example/", "//u@c.example", "", "mailto:a"])
        ),
        st.tuples(st.just("X-A"), any_byte),
    ),
    max_size=7,
)
any_headers = st.lists(
    st.tuples(
        st.one_of(any_text, st.sampled_from([name for name, _ in browser.preflight_headers("", "")])), any_text
    ),
    max_size=5,
)
statuses = st.sampled_from([200, 204, 301, 303, 307, 400, 403, 500, 0, 999])
requests = st.builds(
    Request,
    url=st.sampled_from([API, API + "b", PAGE + "/", "https://b.example/"]),
    method=methods,
    headers=st.lists(st.tuples(names, st.sampled_from(["1", "text/plain", "bytes=0-"])), max_size=3),
    credentials=credentials,
    redirect=st.sampled_from(["follow", "error", "manual"]),
)


@settings(deadline=None)
@given(any_text, any_text)
def test_judging_what_a_script_sends_never_raises(name: str, value: str) -> None:
    browser.is_forbidden_request_header(name, value)
    browser.is_forbidden_method(value)
    assert browser.normalize_method(value) in (value, value.upper())
    safe = browser.is_safelisted_request_header(name, value)
    assert browser.unsafe_request_header_names([(name, value)]) == ([] if safe else [name.lower()])


@settings(deadline=None)
@given(st.one_of(cors_headers, any_headers), origins, credentials, methods, any_headers, st.integers())
def test_judging_what_a_server_sends_never_raises(
    headers: HeaderList, origin: str, mode: Credentials, method: str, asked: HeaderList, status: int
) -> None:
    browser.cors_check(origin, mode, headers)
    browser.preflight_check(origin, mode, method, asked, status, headers)
    browser.exposed_headers(mode, headers)
    assert browser.preflight_max_age(headers) >= 0
    for name, _ in headers:
        with contextlib.suppress(browser.MalformedHeader):
            browser.extract_list(headers, name)


@settings(deadline=None)
@given(any_text, any_text)
def test_headers_are_refused_or_kept_as_they_are(name: str, value: str) -> None:
    try:
        request = Request(API, headers=[(name, value)])
    except TypeError:
        return
    assert request.headers in ((), ((name, value.strip(" \t\r\n")),))
    request.headers and request.headers[0][1].encode("latin-1")


@settings(deadline=None)
@given(st.one_of(any_text, any_text.map("https://".__add__), any_text.map("https://a.example/".__add__)))
def test_a_url_is_refused_or_serialised_once_and_for_all(url: str) -> None:
    try:
        serialised = browser.resolve_url(url, API)
    except TypeError:
        return
    assert browser.resolve_url(serialised) == serialised
    assert serialised.isascii()
    origin = browser.url_origin(serialised)
    assert serialised.startswith(origin + "/")
    assert not set(serialised) & set(" \t\r\n#")
    # In a query a backslash is a character like any other (https://url.spec.whatwg.org/#query-percent-encode-set).
    assert "\\" not in serialised.partition("?")[0]


@settings(deadline=None)
@given(any_text)
def test_an_origin_is_refused_or_taken_as_it_is(origin: str) -> None:
    with contextlib.suppress(ValueError):
        assert browser.serialized_origin(origin) == origin


@settings(deadline=None)
@given(cors_headers, origins, credentials)
def test_a_shared_response_names_the_origin_or_everyone(
    headers: HeaderList, origin: str, mode: Credentials
) -> None:
    refusal = browser.cors_check(origin, mode, headers)
    values = [value for name, value in headers if name == "Access-Control-Allow-Origin"]
    flags = [value for name, value in headers if name == "access-control-allow-credentials"]
    shared = values == [origin] and (mode != "include" or flags == ["true"])
    assert (refusal is None) is (shared or (values == ["*"] and mode != "include"))


@settings(deadline=None)
@given(cors_headers, credentials)
def test_what_is_exposed_was_asked_for_or_is_safelisted(headers: HeaderList, mode: Credentials) -> None:
    headers = [*headers, ("ETag", "a"), ("Set-Cookie", "b"), ("Expires", "0")]
    seen = dict(browser.exposed_headers(mode, headers))
    assert "expires" in seen
    assert "set-cookie" not in seen
    listed = {
        item.strip(" \t").lower()
        for name, value in headers
        if name == "Access-Control-Expose-Headers"
        for item in value.split(",")
    }
    if mode == "include" or "*" not in listed:
        assert set(seen) <= listed | browser.SAFELISTED_RESPONSE_HEADERS


@settings(deadline=None)
@given(requests)
def test_a_preflight_asks_for_exactly_what_makes_it_needed(request: Request) -> None:
    sent = dict(browser.preflight_headers(PAGE, request.method, request.headers))
    asked = sent.get("Access-Control-Request-Headers", "")
    assert asked == ",".join(sorted(set(asked.lower().split(","))))
    needed = bool(asked) or request.method not in browser.SAFELISTED_METHODS
    assert browser.needs_preflight(request.method, request.headers) is needed


@settings(deadline=None, max_examples=150)
@given(requests, origins, st.dictionaries(st.sampled_from(["OPTIONS", "*"]), st.tuples(statuses, cors_headers)))
def test_no_fetch_raises_and_a_cross_origin_answer_was_shared(
    request: Request, origin: str, answers: dict[str, tuple[int, HeaderList]]
) -> None:
    def send(method: str, url: str, headers: HeaderList, body: bytes | None) -> RawResponse:
        answer = answers.get(method, answers.get("*"))
        if answer is None:
            raise NetworkError("nobody is there")
        return RawResponse(*answer)

    verdict = browser.fetch(request, origin, send)
    assert (verdict.response is None) is (verdict.refusal is not None)
    assert len(verdict.exchanges) <= 2 * (browser.MAX_REDIRECTS + 1)
    response = verdict.response
    if response is not None and response.type == "cors":
        last = verdict.exchanges[-1]
        sent = browser.get_header(last.headers, "origin")
        assert last.response is not None
        assert sent in (origin, "null")
        assert browser.cors_check(sent, request.credentials, last.response.headers) is None


@settings(deadline=None, max_examples=150)
@given(
    st.lists(st.tuples(requests, origins), min_size=2, max_size=5),
    st.tuples(st.sampled_from([200, 204]), cors_headers),
    st.tuples(st.sampled_from([200, 404]), cors_headers),
)
def test_the_preflight_cache_changes_no_verdict_of_a_server_that_does_not_change(
    fetches: list[tuple[Request, str]],
    preflight: tuple[int, HeaderList],
    actual: tuple[int, HeaderList],
) -> None:
    assume(preflight[1])

    def send(method: str, url: str, headers: HeaderList, body: bytes | None) -> RawResponse:
        return RawResponse(*(preflight if method == "OPTIONS" else actual))

    cache = PreflightCache(clock=lambda: 0.0)
    for request, origin in fetches:
        cached = browser.fetch(request, origin, send, cache)
        asked = browser.fetch(request, origin, send)
        assert (cached.response, cached.refusal) == (asked.response, asked.refusal)
        assert len(cached.exchanges) <= len(asked.exchanges)
