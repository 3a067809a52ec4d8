"""One verdict: the deployed template, in two engines, CORSHandler and CORSMiddleware answer a preflight alike.

Hypothesis draws policies and, for each, requests near its origins. Terraform compiles every policy in one plan;
the browser's half of Fetch judges the four answers.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embedded.terraform import Terraform, cli_environment
from lambda_cors_kit import CORSHandler, CORSMiddleware, CORSPolicy
from lambda_cors_kit.browser import preflight_check
from tests import apache_velocity
from tests.renderings import Rendering, render_airspeed
from tests.strategies import HEADERS, METHODS, policies, request_origins
from tests.vectors import read

MODULE = Path(__file__).resolve().parents[2] / "modules/cors_policy"
POLICIES = 250
REQUESTS = 50


class Ask(NamedTuple):
    """What a page wants to do."""

    origin: str
    method: str
    headers: tuple[str, ...]
    credentials: str


class Case(NamedTuple):
    policy: CORSPolicy
    asks: tuple[Ask, ...]


Answer = tuple[int, list[tuple[str, str]]]
Layer = Callable[[Ask], Answer]


def drawn() -> list[Case]:
    """Cases as Hypothesis draws them, the same in every run."""
    cases: list[Case] = []
    origins = request_origins()
    asks = st.builds(
        Ask,
        origins,
        METHODS,
        st.lists(HEADERS.map(str.lower) | st.just("x-nope"), max_size=3, unique=True).map(
            lambda h: tuple(sorted(h))
        ),
        st.sampled_from(["omit", "include"]),
    )

    @settings(
        max_examples=POLICIES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(policies(), st.lists(asks, min_size=10, max_size=10), st.integers(0, 2**32))
    def collect(policy: CORSPolicy, few: list[Ask], seed: int) -> None:
        cases.append(Case(policy, (*few, *near(policy, random.Random(seed), REQUESTS - len(few)))))

    collect()
    return cases


def near(policy: CORSPolicy, chance: random.Random, count: int) -> list[Ask]:
    """Requests whose origin is made from one of the policy's: named by it, or one step beside it."""
    steps: list[Callable[[str], str]] = [
        *[lambda o: o] * 8,
        lambda o: o.replace("://", "://x."),
        lambda o: o.replace("://", "://x"),
        lambda o: o + ".evil.test",
        lambda o: o + ":8443",
        lambda o: o.replace("https:", "http:"),
        lambda o: o[:-1],
        lambda o: o.upper(),
        lambda o: o + "/",
    ]
    asks = []
    for _ in range(count):
        entry = chance.choice(policy.allow_origins)
        host = entry.replace("*.", chance.choice(["a.", "a.b-c.", "", "."])).replace(
            ":*", chance.choice(["", ":3000", ":0"])
        )
        names = [*(h for h in policy.allow_headers if h != "*"), "x-nope"]
        headers = tuple(sorted(chance.sample(names, chance.choice([0, 0, min(2, len(names))]))))
        method = chance.choice([*policy.allow_methods, "GET", "GET", "PURGE"]).replace("*", "DELETE")
        asks.append(Ask(chance.choice(steps)(host), method, headers, chance.choice(["omit", "include"])))
    return asks


def compiled(cases: list[CORSPolicy], directory: Path) -> list[dict[str, Any] | None]:
    """The output `rest_api` of modules/cors_policy for every policy, from one apply without a provider."""
    (directory / "policies.json").write_text(json.dumps([policy.to_dict() for policy in cases]), encoding="utf-8")
    (directory / "main.tf").write_text(
        f"""
        locals {{ policies = jsondecode(file("policies.json")) }}
        module "policy" {{
          source = {json.dumps(str(MODULE))}
          count  = {len(cases)}
          cors   = local.policies[count.index]
        }}
        output "rest_api" {{ value = module.policy[*].rest_api }}
        """,
        encoding="utf-8",
    )
    # Hundreds of modules in one plan make much garbage: collected less often, the plan takes half the time.
    terraform = Terraform(directory, cli_environment() | {"GOGC": "400"})
    terraform.init()
    terraform.apply()
    templates: list[dict[str, Any] | None] = terraform.outputs()["rest_api"]
    return templates


def by_template(render: Callable[..., Rendering], preflight: dict[str, str]) -> Layer:
    """The MOCK integration: status 204 or its override, the headers of the template."""
    status = json.loads(preflight["request_template"])["statusCode"]

    def answer(ask: Ask) -> Answer:
        # API Gateway passes the client's spelling on: HTTP/1.1 keeps it, HTTP/2 has lower case.
        name = "origin" if len(ask.origin) % 2 else "Origin"
        headers = {name: ask.origin, "Access-Control-Request-Method": ask.method, "host": "api.example.com"}
        rendering = render(preflight["response_template"], headers, querystring={"Origin": "https://evil.test"})
        return rendering.status or status, list(rendering.headers.items())

    return answer


async def no_app(scope: Any, receive: Any, send: Any) -> None:
    raise AssertionError("a preflight reached the app")


def requested(ask: Ask) -> list[tuple[str, str]]:
    headers = [("origin", ask.origin), ("access-control-request-method", ask.method)]
    return headers + ([("access-control-request-headers", ",".join(ask.headers))] if ask.headers else [])


def by_middleware(policy: CORSPolicy) -> Layer:
    app = CORSMiddleware(no_app, policy)

    def answer(ask: Ask) -> Answer:
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        headers = [(name.encode(), value.encode("utf-8")) for name, value in requested(ask)]
        never: Any = None
        call = app({"type": "http", "method": "OPTIONS", "headers": headers}, never, send)
        with pytest.raises(StopIteration):
            call.__await__().send(None)  # nothing in it waits, so no loop is needed
        return sent[0]["status"], [(n.decode(), v.decode("utf-8")) for n, v in sent[0]["headers"]]

    return answer


def by_handler(policy: CORSPolicy) -> Layer:
    handler = CORSHandler(no_app, policy=policy, lifespan="off")

    def answer(ask: Ask) -> Answer:
        headers = {name: [value] for name, value in requested(ask)}
        event = {
            "resource": "/{proxy+}",
            "path": "/items",
            "httpMethod": "OPTIONS",
            "multiValueHeaders": headers,
            "requestContext": {"identity": {"sourceIp": "192.0.2.1"}},
        }
        result = handler(event, None)
        return result["statusCode"], list(result["headers"].items())

    return answer


def allows(answer: Answer, ask: Ask) -> bool:
    """The browser's verdict on a preflight's answer."""
    status, headers = answer
    wanted = [(name, "x") for name in ask.headers]
    credentials: Any = ask.credentials
    return preflight_check(ask.origin, credentials, ask.method, wanted, status, headers) is None


@pytest.mark.terraform
def test_four_layers_one_verdict_on_ten_thousand_preflights(tmp_path: Path) -> None:
    cases = drawn()
    templates = compiled([case.policy for case in cases], tmp_path)
    asked = pairs = allowed = 0
    for case, template in zip(cases, templates, strict=True):
        layers = {"CORSHandler": by_handler(case.policy), "CORSMiddleware": by_middleware(case.policy)}
        if template is not None:
            layers["airspeed"] = by_template(render_airspeed, template["preflight"])
            layers["Apache Velocity"] = by_template(apache_velocity.render, template["preflight"])
        else:
            # Where the gateway cannot express the policy, preflights reach the function.
            assert any(character in case.policy.to_json() for character in "'$#")
        for ask in case.asks:
            asked += 1
            verdicts = {name: allows(layer(ask), ask) for name, layer in layers.items()}
            assert len(set(verdicts.values())) == 1, (case.policy, ask, verdicts)
            # No layer lets in whom the policy does not name.
            assert case.policy.allows_origin(ask.origin) or not verdicts["CORSHandler"]
            pairs += template is not None
            allowed += verdicts["CORSHandler"]
    assert pairs >= 10_000
    # A test in which nothing, or everything, is allowed would show nothing.
    assert 0.1 < allowed / asked < 0.9


@pytest.mark.terraform
def test_the_request_vectors_get_their_verdict_from_every_layer(tmp_path: Path) -> None:
    vectors = read("requests")
    judged = [CORSPolicy(**vector["policy"]) for vector in vectors]
    for vector, policy, template in zip(vectors, judged, compiled(judged, tmp_path), strict=True):
        assert template is not None
        ask = Ask(vector["origin"], vector["method"], tuple(sorted(vector["headers"])), vector["credentials"])
        for layer in (
            by_template(render_airspeed, template["preflight"]),
            by_template(apache_velocity.render, template["preflight"]),
            by_handler(policy),
            by_middleware(policy),
        ):
            assert allows(layer(ask), ask) is vector["readable"], vector["name"]


def test_the_verdict_can_be_no() -> None:
    ask = Ask("https://app.example.com", "PUT", (), "omit")
    good = [("access-control-allow-origin", ask.origin), ("access-control-allow-methods", "PUT")]
    assert allows((204, good), ask)
    assert not allows((403, good), ask)
    assert not allows((204, good[:1]), ask)
    assert not allows((204, good[1:]), ask)


def test_a_preflight_that_reaches_the_app_would_be_noticed() -> None:
    app = CORSMiddleware(no_app, CORSPolicy(["https://app.example.com"]))
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    never: Any = None
    # Without Access-Control-Request-Method it is no preflight, and the app's to answer.
    call = app({"type": "http", "method": "OPTIONS", "headers": [(b"origin", b"https://x.test")]}, never, send)
    with pytest.raises(AssertionError, match="a preflight reached the app"):
        call.__await__().send(None)
    assert sent[0]["status"] == 500
