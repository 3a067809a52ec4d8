"""CORSMiddleware under uvicorn, checked against the policy it has and against others."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from lambda_cors_kit import CORSMiddleware, CORSPolicy
from tests.check.conftest import Check, Printed
from tests.check.support import FOREIGN, ORIGIN, Answer, Asked, Site, healthy

POLICY: dict[str, Any] = {
    "allow_origins": [ORIGIN, "https://*.preview.example.com", "http://localhost:*"],
    "allow_headers": ["authorization", "content-type", "x-tenant"],
    "expose_headers": ["x-request-id"],
    "allow_credentials": True,
    "max_age": 600,
}
# What the sites of `healthy` are told.
PLAIN: dict[str, Any] = {
    "allow_origins": [ORIGIN],
    "allow_headers": ["authorization", "content-type"],
    "allow_credentials": False,
    "expose_headers": [],
    "max_age": 7200,
}
Start = Callable[..., Site]
Compare = Callable[..., Printed]


async def items(request: Request) -> JSONResponse:
    return JSONResponse(["lamp"])


class Live:
    """An API under uvicorn whose policy can be changed while it runs."""

    def __init__(self) -> None:
        self.app = Starlette(routes=[Route("/items", items, methods=["GET", "PUT"])])
        self.asked: list[tuple[str, str]] = []
        self.obey(**POLICY)

    def obey(self, **policy: Any) -> None:
        self._obeying = CORSMiddleware(self.app, CORSPolicy(**policy))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        origin = dict(scope["headers"]).get(b"origin", b"").decode()
        self.asked.append((scope["method"], origin))
        await self._obeying(scope, receive, send)


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Live, str]]:
    """One uvicorn for all tests of this module."""
    live = Live()
    running = uvicorn.Server(uvicorn.Config(live, port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 10
    while not running.started:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    port = running.servers[0].sockets[0].getsockname()[1]
    yield live, f"http://127.0.0.1:{port}/items"
    running.should_exit = True
    thread.join()


@pytest.fixture
def live(server: tuple[Live, str]) -> Live:
    """The API, with the policy `POLICY`."""
    server[0].obey(**POLICY)
    server[0].asked.clear()
    return server[0]


@pytest.fixture
def compare(check: Check, server: tuple[Live, str], tmp_path: Path) -> Compare:
    """Check the API, or `url`, against a policy: `POLICY` with changes."""

    def run(*arguments: str, url: str | None = None, origin: str = ORIGIN, **changes: Any) -> Printed:
        file = tmp_path / "policy.json"
        file.write_text(json.dumps(POLICY | changes))
        return check(url or server[1], "--policy", file, *arguments, origin=origin)

    return run


def differences(printed: Printed) -> list[tuple[str, str]]:
    return [(each["field"], each["where"]) for each in printed.json["drift"]["differences"]]


def test_live_as_deployed(live: Live, compare: Compare) -> None:
    printed = compare("--method", "PUT", "--header", "content-type", "--credentials")

    assert printed.code == 0
    assert "probably from a server that calls itself uvicorn, with an answer of lambda-cors-kit" in printed.out
    assert "policy.json: no difference, 3 of 3 origins tried\n" in printed.out
    assert "READABLE a page on https://app.example.com may read the answer" in printed.out
    tried = {origin for _, origin in live.asked}
    assert {ORIGIN, "https://lambda-cors-kit-probe.preview.example.com", "http://localhost:5173"} < tried
    assert {"https://preview.example.com", FOREIGN, "null"} < tried
    assert {method for method, _ in live.asked} == {"GET", "OPTIONS"}
    assert len(live.asked) < 50


def test_each_origin_that_is_not_live_is_named(live: Live, compare: Compare) -> None:
    added = [*POLICY["allow_origins"], "https://new.example.com", "http://*.dev.example.net:*"]
    printed = compare("--json", allow_origins=added, dangerously_allow_insecure_origins=True)

    assert printed.code == 1
    assert printed.json["outcome"] == "drifted"
    assert differences(printed) == [("allow_origins", "preflight"), ("allow_origins", "response")] * 2
    text = compare(allow_origins=added, dangerously_allow_insecure_origins=True).out
    assert "policy.json: 4 differences, 5 of 5 origins tried" in text
    assert (
        "    drift   the policy allows https://new.example.com, and the answer to the preflight (status 403)"
        in text
    )
    assert (
        "the policy allows http://lambda-cors-kit-probe.dev.example.net:5173, and the response (status 200)"
        in text
    )
    assert "deployed: https://new.example.com is allowed; live: it is refused" in text
    assert "What answers OPTIONS has another policy than the one deployed" in text
    assert "Look at LAMBDA_CORS_KIT_POLICY of the function" in text
    assert (
        "DRIFTED a page on https://app.example.com may read the answer (status 200), but 4 things are live" in text
    )


def test_an_origin_that_should_be_gone(live: Live, compare: Compare) -> None:
    printed = compare(allow_origins=["https://new.example.com"])

    assert printed.code == 1
    assert "the policy does not name https://app.example.com, and the preflight allows it" in printed.out
    assert "the policy does not name https://app.example.com, and the response allows it" in printed.out
    assert "deployed: https://app.example.com is refused; live: https://app.example.com is allowed" in printed.out


def test_an_origin_that_both_refuse_is_no_drift(live: Live, compare: Compare) -> None:
    printed = compare(origin="https://other.example.org")

    assert printed.code == 1
    assert "no difference, 3 of 3 origins tried" in printed.out
    assert "https://other.example.org is not in allow_origins of" in printed.out
    assert "so refusing it is as deployed (origin.not_in_policy)" in printed.out
    assert "\n    BLOCKED the response" in printed.out


def test_an_api_that_is_open_to_all(live: Live, compare: Compare) -> None:
    live.obey(allow_origins=["*"])
    printed = compare(allow_credentials=False, expose_headers=[])

    assert printed.code == 1
    assert f"the policy does not name {FOREIGN}, and the response allows it" in printed.out
    assert "live: every origin is allowed" in printed.out
    assert printed.out.count("the response allows it") == 1


def test_a_policy_for_everyone(live: Live, compare: Compare) -> None:
    live.obey(allow_origins=["*"], allow_methods=["*"], allow_headers=["*", "authorization"], expose_headers=["*"])
    star = {"allow_origins": ["*"], "allow_methods": ["*"], "allow_headers": ["authorization", "*"]}
    assert compare(**star, expose_headers=["*"], allow_credentials=False, max_age=7200).code == 0

    live.obey(allow_origins=[ORIGIN])
    printed = compare("--json", allow_origins=["*"], allow_credentials=False, expose_headers=[])
    assert ("allow_origins", "preflight") in differences(printed)


@pytest.mark.parametrize(
    ("changes", "expected", "words"),
    [
        (
            {"allow_methods": ["GET", "PUT", "PROPFIND"]},
            ("allow_methods", "preflight"),
            "allow_methods: the preflight has DELETE, PATCH, which the policy has not, and lacks PROPFIND",
        ),
        (
            {"allow_headers": ["content-type", "x-new"]},
            ("allow_headers", "preflight"),
            "allow_headers: the preflight has authorization, x-tenant, which the policy has not, and lacks x-new",
        ),
        (
            {"max_age": 0},
            ("max_age", "preflight"),
            "max_age is 0 in the policy, and the preflight has Access-Control-Max-Age: 600",
        ),
        (
            {"expose_headers": ["x-request-id", "etag"]},
            ("expose_headers", "response"),
            "expose_headers: the response lacks etag",
        ),
        (
            {"expose_headers": []},
            ("expose_headers", "response"),
            "expose_headers: the response has x-request-id, which the policy has not",
        ),
    ],
)
def test_each_other_field(
    live: Live, compare: Compare, changes: dict[str, Any], expected: tuple[str, str], words: str
) -> None:
    printed = compare("--json", **changes)

    assert printed.code == 1
    assert differences(printed) == [expected]
    assert printed.json["drift"]["differences"][0]["message"] == words


def test_credentials_are_compared_on_both_answers(live: Live, compare: Compare) -> None:
    printed = compare("--json", allow_credentials=False)

    assert differences(printed) == [("allow_credentials", "preflight"), ("allow_credentials", "response")]
    live.obey(**POLICY | {"allow_credentials": False})
    text = compare().out
    assert (
        "allow_credentials is true in the policy, and the response has no Access-Control-Allow-Credentials" in text
    )


def test_what_a_browser_may_always_do_is_no_difference(live: Live, compare: Compare) -> None:
    live.obey(**POLICY | {"allow_methods": ["PUT"], "expose_headers": ["x-request-id"]})

    assert compare(allow_methods=["PUT", "GET", "HEAD"], expose_headers=["x-request-id", "content-type"]).code == 0


def test_an_api_that_lists_only_what_it_is_asked_for(compare: Compare, site: Start) -> None:
    def answer(asked: Asked) -> Answer:
        method = asked.headers.get("access-control-request-method", "")
        allowed = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}
        names = asked.headers.get("access-control-request-headers", "").split(",")
        kept = ",".join(name for name in names if name in ("authorization", "content-type"))
        return healthy(methods=method if method in allowed else "GET", headers=kept)(asked)

    assert compare(url=site(answer).url(), **PLAIN).code == 0


def test_an_api_that_takes_any_method_and_header(compare: Compare, site: Start) -> None:
    def answer(asked: Asked) -> Answer:
        method = asked.headers.get("access-control-request-method", "")
        return healthy(methods=method, headers=asked.headers.get("access-control-request-headers", ""))(asked)

    printed = compare("--json", url=site(answer).url(), **PLAIN)
    assert printed.code == 1
    assert differences(printed) == [("allow_methods", "preflight"), ("allow_headers", "preflight")]
    messages = [each["message"] for each in printed.json["drift"]["differences"]]
    assert messages[0] == "allow_methods: the preflight has *, which the policy has not"


def test_two_layers_that_disagree(compare: Compare, site: Start) -> None:
    """A stage that serves an old deployment, in front of a function that is up to date."""
    old, new = healthy("https://old.example.com"), healthy()
    api = site(lambda asked: old(asked) if asked.is_preflight else new(asked))
    printed = compare(url=api.url(), **PLAIN)

    assert printed.code == 1
    assert f"the policy allows {ORIGIN}, and the answer to the preflight (status 403)" in printed.out
    assert "The stage of a REST API may serve an old deployment" in printed.out
    assert "LAMBDA_CORS_KIT_POLICY" not in printed.out


def test_an_error_of_the_gateway_is_not_taken_for_the_policy(compare: Compare, site: Start) -> None:
    """Its headers are the same for all origins, by design."""
    gateway = (("x-amz-apigw-id", "1="), ("x-amzn-errortype", "UnauthorizedException"))
    error = Answer(401, (*gateway, ("Access-Control-Allow-Origin", "*")))
    printed = compare(url=site(lambda asked: healthy()(asked) if asked.is_preflight else error).url(), **PLAIN)

    assert printed.code == 2
    assert "no difference" in printed.out
    assert "the gateway itself answered a GET with 401, which says nothing of the function" in printed.out


def test_more_origins_than_are_tried(live: Live, compare: Compare) -> None:
    many = [f"https://tenant-{number}.example.com" for number in range(60)]
    live.obey(**POLICY | {"allow_origins": [ORIGIN, *many]})
    printed = compare(allow_origins=[ORIGIN, *many])

    assert printed.code == 0
    assert "no difference, 40 of 61 origins tried" in printed.out
    assert len(live.asked) < 150


def test_a_comparison_that_is_cut_short_proves_nothing(compare: Compare, site: Start) -> None:
    def answer(asked: Asked) -> Answer:
        if asked.path == "/items" and asked.is_preflight:
            raise ConnectionResetError
        return healthy()(asked)

    printed = compare(url=site(answer).url(), **PLAIN)
    assert printed.code == 2
    assert (
        "CANNOT TELL a page on https://app.example.com may read the answer (status 200), but whether"
        in printed.out
    )
    assert "    unknown " in printed.out


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"allow_origins": ["https://app.example.com/"], "max_age": -1}', "has 2 problems:\n- allow_origins: "),
        ("[", "has 1 problem:\n- policy: "),
        (None, "cannot be read: no such file or directory"),
        (b"\xff", "is not UTF-8 text"),
        (b" " * 1_000_001, "is longer than"),
    ],
)
def test_a_policy_that_is_none(check: Check, tmp_path: Path, content: str | bytes | None, words: str) -> None:
    file = tmp_path / "policy.json"
    if content is not None:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())

    printed = check("http://127.0.0.1/", "--policy", file)
    assert (printed.code, printed.out) == (2, "")
    assert words in printed.err
