"""What a browser would say of an answer, and the exit code of it."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from lambda_cors_kit import browser
from lambda_cors_kit.check.examination import examine
from lambda_cors_kit.check.printing import print_report
from lambda_cors_kit.check.report import Question
from tests.check.conftest import Check
from tests.check.support import ORIGIN, Answer, Asked, Behaviour, Site, healthy

Start = Callable[..., Site]


def changed(behaviour: Behaviour, when: Callable[[Asked], bool], answer: Answer) -> Behaviour:
    """The same behaviour, but for some requests."""
    return lambda asked: answer if when(asked) else behaviour(asked)


def is_preflight(asked: Asked) -> bool:
    return asked.is_preflight


def test_a_readable_answer(check: Check, site: Start) -> None:
    api = site(healthy())
    printed = check(api.url())

    assert printed.code == 0
    assert printed.out.startswith(f"GET {api.url()} from a page on {ORIGIN}\n\n1 request: GET {api.url()}\n")
    assert "    < 200, probably from a server that does not name itself\n" in printed.out
    assert "    < Access-Control-Allow-Origin: https://app.example.com\n" in printed.out
    assert "Also seen" not in printed.out
    assert printed.out.endswith(f"\n    READABLE a page on {ORIGIN} may read the answer (status 200)\n")
    assert printed.err == ""


def test_a_preflight_is_sent_as_browsers_send_it(check: Check, site: Start) -> None:
    api = site(healthy(headers="x-b,content-type,x-a"))
    printed = check(
        api.url(), "--method", "put", "--header", "X-B: 1", "--header", "x-a", "--header", "Content-Type", "--send"
    )

    assert printed.code == 0
    preflight, actual = api.asked[:2]
    assert (preflight.method, actual.method) == ("OPTIONS", "PUT")
    assert preflight.headers["access-control-request-method"] == "PUT"
    assert preflight.headers["access-control-request-headers"] == "content-type,x-a,x-b"
    assert "x-b" not in preflight.headers
    assert (actual.headers["x-b"], actual.headers["content-type"]) == ("1", "application/json")
    assert actual.headers["content-length"] == "0"
    assert printed.out.index("1 preflight: OPTIONS") < printed.out.index("2 request: PUT")


def test_an_unsafe_method_is_not_sent_unless_it_is_asked_for(check: Check, site: Start) -> None:
    api = site(healthy())
    printed = check(api.url(), "--method", "DELETE")

    assert printed.code == 0
    assert {asked.method for asked in api.asked} == {"OPTIONS", "GET"}
    assert "(a GET in place of the DELETE, which was not sent)" in printed.out
    assert "the DELETE itself was not sent, since it may change data" in printed.out
    assert "to the GET that took the place of the DELETE" in printed.out


@pytest.mark.parametrize(("status", "code"), [(405, 2), (500, 2), (200, 1)])
def test_what_stands_in_proves_nothing_where_it_fails(check: Check, site: Start, status: int, code: int) -> None:
    api = site(changed(healthy(), lambda asked: not asked.is_preflight, Answer(status)))
    printed = check(api.url(), "--method", "PUT")

    assert printed.code == code
    if code == 2:
        assert f"CANNOT TELL the PUT was not sent, and the GET in its place was answered {status}" in printed.out
        assert "--send sends it" in printed.out
    assert check(api.url(), "--method", "PUT", "--send").code == 1


def test_no_headers_at_all(check: Check, site: Start) -> None:
    printed = check(site(lambda asked: Answer(200)).url())

    assert printed.code == 1
    assert "refused the response (status 200) has no Access-Control-Allow-Origin header" in printed.out
    assert "            Change: Let one layer write it on every response." in printed.out
    assert "BLOCKED the response (status 200) has no Access-Control-Allow-Origin" in printed.out


def test_duplicated_headers(check: Check, site: Start) -> None:
    twice = (("Access-Control-Allow-Origin", ORIGIN), ("Access-Control-Allow-Origin", "*"), ("Vary", "Origin"))
    printed = check(site(lambda asked: Answer(200, twice)).url())

    assert printed.code == 1
    assert f"the response has 2 lines of Access-Control-Allow-Origin ({ORIGIN}, *)" in printed.out
    assert "browsers then refuse every origin (headers.duplicate)" in printed.out
    assert "Two layers write, for example gateway and app: leave it to one." in printed.out


def test_lists_on_two_lines_are_joined_and_reported(check: Check, site: Start) -> None:
    def answer(asked: Asked) -> Answer:
        good = healthy()(asked)
        return good._replace(headers=(*good.headers, ("Access-Control-Allow-Headers", "x-a")))

    printed = check(site(answer).url(), "--header", "x-a")
    assert printed.code == 0
    assert "several lines of Access-Control-Allow-Headers: browsers join them" in printed.out


def test_a_wildcard_with_credentials(check: Check, site: Start) -> None:
    headers = (("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Credentials", "true"))
    api = site(lambda asked: Answer(200, headers))

    refused = check(api.url(), "--credentials")
    assert refused.code == 1
    assert "which does not count for a request with credentials" in refused.out
    readable = check(api.url())
    assert readable.code == 0
    assert "which browsers refuse for every request with credentials (wildcard.with_credentials)" in readable.out
    assert "pages of every site may read this, without credentials (origin.any)" in readable.out


def test_a_literal_wildcard(check: Check, site: Start) -> None:
    def answer(asked: Asked) -> Answer:
        good = healthy(methods="*")(asked)
        return good._replace(headers=(*good.headers, ("Access-Control-Allow-Credentials", "true")))

    api = site(answer)
    printed = check(api.url(), "--method", "PUT", "--credentials")
    assert printed.code == 1
    assert "with credentials * stands for no method" in printed.out
    assert "has * in Access-Control-Allow-Methods, where it then stands for nothing" in printed.out


@pytest.mark.parametrize("status", [301, 307])
def test_a_redirected_preflight(check: Check, site: Start, status: int) -> None:
    api = site(changed(healthy(), is_preflight, Answer(status, (("Location", "/items/"),))))
    printed = check(api.url(), "--method", "PUT")

    assert printed.code == 1
    assert (
        f"the preflight was redirected (status {status} to '/items/'), which browsers do not follow" in printed.out
    )
    assert "Call the final URL: https, the exact path, with or without the slash at its end." in printed.out
    assert api.sent("PUT") == []


@pytest.mark.parametrize("status", [401, 403])
def test_an_authorised_preflight(check: Check, site: Start, status: int) -> None:
    gateway = (("x-amzn-RequestId", "1"), ("x-amz-apigw-id", "2="), ("x-amzn-ErrorType", "UnauthorizedException"))
    api = site(changed(healthy(), is_preflight, Answer(status, gateway, b'{"message":"Unauthorized"}')))
    printed = check(api.url(), "--header", "authorization: Bearer x")

    assert printed.code == 1
    assert f"    < {status}, probably from an API Gateway REST API itself (x-amz-apigw-id, x-amzn-errortype:" in (
        printed.out
    )
    assert (
        "something wants credentials, and browsers send none with a preflight (preflight.authorized)"
        in printed.out
    )
    assert "Give the OPTIONS methods authorization NONE and no API key" in printed.out
    assert "the authorizer wants a token that the request does not have (gateway.error)" in printed.out


@pytest.mark.parametrize(
    ("status", "words"), [(404, "nothing there answers OPTIONS"), (500, "whatever answers OPTIONS is broken")]
)
def test_a_preflight_without_an_answer(check: Check, site: Start, status: int, words: str) -> None:
    printed = check(site(changed(healthy(), is_preflight, Answer(status))).url(), "--method", "PUT")

    assert printed.code == 1
    assert words in printed.out
    assert "what the preflight fails by is the origin, or every preflight" in printed.out


def test_a_missing_header_name(check: Check, site: Start) -> None:
    printed = check(site(healthy()).url(), "--header", "X-Tenant", "--header", "Content-Type")

    assert printed.code == 1
    assert "which does not allow 'x-tenant'" in printed.out
    assert "Change: List 'x-tenant' in Access-Control-Allow-Headers (allow_headers)." in printed.out


def test_a_refusal_that_says_nothing_is_taken_apart(check: Check, site: Start) -> None:
    """As lambda-cors-kit refuses: 403, and not a word on the policy."""

    def strict(asked: Asked) -> Answer:
        names = asked.headers.get("access-control-request-headers", "").split(",")
        if asked.is_preflight and "x-tenant" in names:
            return healthy("https://nobody.example")(asked)
        return healthy()(asked)

    printed = check(site(strict).url(), "--method", "PUT", "--header", "X-Tenant", "--header", "Content-Type")
    assert printed.code == 1
    assert "the preflight was refused as lambda-cors-kit refuses" in printed.out
    assert "what the preflight fails by is the header x-tenant: without that, it passes" in printed.out
    assert "something wants credentials" not in printed.out


@pytest.mark.parametrize("status", [404, 503])
def test_an_error_without_headers(check: Check, site: Start, status: int) -> None:
    gateway = (("Apigw-Requestid", "1"),)
    printed = check(site(lambda asked: Answer(status, gateway, b'{"message":"Not Found"}')).url())

    assert printed.code == 1
    assert "probably from an API Gateway HTTP API itself: without CORS headers" in printed.out
    assert "Errors of an HTTP API's own cannot be customised" in printed.out


def test_a_redirect_is_followed_as_browsers_do(check: Check, site: Start) -> None:
    def moving(asked: Asked) -> Answer:
        good = healthy()(asked)
        if asked.path == "/old":
            return Answer(302, (*good.headers, ("Location", "/items")))
        return good

    api = site(moving)
    printed = check(api.url("/old"))
    assert printed.code == 0
    assert "    < Location: /items\n" in printed.out
    assert f"2 request: GET {api.url('/items')}" in printed.out


def test_a_redirect_across_origins_sends_null_and_no_secret(check: Check, site: Start) -> None:
    target = site(healthy())

    def moved(asked: Asked) -> Answer:
        good = healthy()(asked)
        return good if asked.is_preflight else Answer(307, (*good.headers, ("Location", target.url())))

    here = site(moved)
    printed = check(here.url(), "--header", "Authorization: Bearer secret")

    assert printed.code == 1
    assert "the browser sends Origin: null because of the redirect" in printed.out
    assert [asked.origin for asked in target.asked] == ["null"]
    assert "authorization" not in target.asked[0].headers
    assert here.asked[1].headers["authorization"] == "Bearer secret"


def test_the_same_origin(check: Check, site: Start) -> None:
    api = site(lambda asked: Answer(200))
    printed = check(api.url(), origin=api.url("").rstrip("/"))

    assert printed.code == 0
    assert "is the API's own origin, where CORS plays no part" in printed.out
    assert len(api.asked) == 1


def test_what_a_page_cannot_send_is_said(check: Check, site: Start) -> None:
    api = site(healthy())
    printed = check(api.url(), "--header", "Cookie: a=b")

    assert printed.code == 0
    assert "a page cannot set cookie: browsers drop it" in printed.out
    assert all("cookie" not in asked.headers for asked in api.asked)


def test_a_made_up_token_may_be_the_cause(check: Check, site: Start) -> None:
    api = site(changed(healthy(), lambda asked: asked.method == "GET", Answer(401)))

    assert "authorization was sent with a made-up value" in check(api.url(), "--header", "Authorization").out
    assert "made-up" not in check(api.url(), "--header", "Authorization: Bearer mine").out


def test_mixed_content_is_blocked_whatever_the_api_says(
    check: Check, site: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = site(lambda asked: Answer(200, (("Access-Control-Allow-Origin", "*"),)))
    monkeypatch.setenv("http_proxy", proxy.url(""))
    printed = check("http://api.example.net/items")

    assert printed.code == 1
    assert "BLOCKED a page on 'https://app.example.com' may not call 'http://api.example.net': mixed content" in (
        printed.out
    )
    assert proxy.asked[0].path == "http://api.example.net/items"


def test_server_text_cannot_command_the_terminal(check: Check, site: Start) -> None:
    evil = "\x1b[2J\x9b31m\u00e9" + "x" * 5000
    headers = (("Access-Control-Allow-Origin", evil), ("Server", evil), ("Vary", evil), ("x-cache", evil))
    api = site(lambda asked: Answer(302, (*headers, ("Location", evil))))

    for printed in (check(api.url()), check(api.url(), "--json")):
        assert printed.code == 1
        assert not set(printed.out) & {"\x1b", "\x9b", "\r", "\x07"}
        assert "x" * 300 not in printed.out


def test_many_headers_are_cut(check: Check, site: Start) -> None:
    api = site(lambda asked: Answer(200, tuple((f"Access-Control-{n}", "1") for n in range(60))))

    assert "    < and 44 more\n" in check(api.url()).out


def test_json(check: Check, site: Start) -> None:
    def answer(asked: Asked) -> Answer:
        good = healthy()(asked)
        return good._replace(headers=(*good.headers, ("Set-Cookie", "session=secret")))

    api = site(answer)
    arguments = ("--method", "PUT", "--header", "Authorization: Bearer secret", "--credentials", "--json")
    printed = check(api.url(), *arguments)

    assert printed.code == 1
    report = printed.json
    assert {key: report[key] for key in ("version", "url", "origin", "method", "headers", "credentials")} == {
        "version": 1,
        "url": api.url(),
        "origin": ORIGIN,
        "method": "PUT",
        "headers": ["authorization"],
        "credentials": True,
    }
    assert (report["outcome"], report["exit_code"]) == ("blocked", 1)
    assert report["refusal"]["reason"] == browser.Reason.ALLOW_CREDENTIALS_MISSING
    assert report["refusal"]["step"] == "preflight"
    (step,) = report["steps"]
    assert (step["step"], step["sent_method"], step["status"], step["passed"]) == (
        "preflight",
        "OPTIONS",
        204,
        False,
    )
    assert ["access-control-allow-origin", ORIGIN] in step["response_headers"]
    assert step["layer"]["gateway"] == "unknown"
    assert report["drift"] is None
    assert "secret" not in printed.out


def test_colours_on_a_terminal_only(site: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    def shown(out: io.StringIO) -> str:
        print_report(report, out)
        return out.getvalue()

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.delenv("NO_COLOR", raising=False)
    report = examine(Question(site(lambda asked: Answer(200)).url(), ORIGIN))
    assert "\x1b[31mBLOCKED\x1b[0m" in shown(Terminal())
    assert "\x1b" not in shown(io.StringIO())
    monkeypatch.setenv("NO_COLOR", "1")
    plain = shown(Terminal())
    assert "\x1b" not in plain
    assert max(map(len, plain.splitlines())) <= 60
