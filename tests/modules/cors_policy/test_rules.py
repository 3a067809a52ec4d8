"""The rule book in Terraform: for every policy the same problems as in Python, and no plan with any."""

from __future__ import annotations

import json
import random
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from embedded import ROOT
from lambda_cors_kit import CORSPolicy, PolicyError
from lambda_cors_kit.environment import VARIABLE, write_environment
from lambda_cors_kit.public_suffixes import spans_public_suffix
from tests.modules.cors_policy.conftest import NONE, PLAIN_BYTES, unpacked
from tests.vectors import parameters, read

pytestmark = pytest.mark.terraform

RULES = ROOT / "modules/cors_policy/rules.tf"
VALID = [case for case in parameters("policies") if not case.values[0]["problems"]]
SUFFIXES = ROOT / "modules/cors_policy/public_suffixes.json"

Outputs = dict[str, Any]
Compile = Callable[[Mapping[str, object]], dict[str, Outputs]]


def problems_in_python(policy: object) -> list[list[object]]:
    """What Python says of the policy as Terraform reads it: in Unicode's normal form C."""
    text = unicodedata.normalize("NFC", json.dumps(policy, ensure_ascii=False))
    try:
        CORSPolicy.from_json(text)
    except PolicyError as error:
        return [list(problem) for problem in error.problems]
    return []


def problems_in_terraform(outputs: Outputs) -> list[list[object]]:
    return [[p["code"], p["field"], p["value"], p["message"]] for p in outputs["problems"]]


# ------------------------------------------------------------------------------------- the vectors
@pytest.mark.parametrize("case", parameters("policies"))
def test_a_vector_has_the_same_problems(case: dict[str, Any], vectors: dict[str, Outputs]) -> None:
    found = problems_in_terraform(vectors[case["name"]])
    assert [problem[:3] for problem in found] == case["problems"]
    assert found == problems_in_python(case["policy"])


@pytest.mark.parametrize("case", parameters("policies"))
def test_a_vector_is_normalised_alike(case: dict[str, Any], vectors: dict[str, Outputs]) -> None:
    policy = vectors[case["name"]]["policy"]
    assert policy == (None if case["problems"] else CORSPolicy(**case["policy"]).to_dict())


def test_a_plan_fails_with_every_problem_of_every_vector(refuse_policies: Callable[..., list[str]]) -> None:
    refused = {case["name"]: case["policy"] for case in read("policies") if case["problems"]}
    errors = refuse_policies(refused)
    assert len(errors) == len(refused)
    for name, policy in refused.items():
        lines = [f"  - {field}: {message} ({code})" for code, field, _, message in problems_in_python(policy)]
        assert "\n".join(["this CORS policy cannot be used:", *lines]) in errors, name


@pytest.mark.parametrize("writer", ["function", "gateway"])
@pytest.mark.parametrize("case", VALID)
def test_a_vector_is_written_as_python_writes_it(
    case: dict[str, Any], writer: str, vectors: dict[str, Outputs]
) -> None:
    text = vectors[case["name"]]["environment"][writer]
    policy = CORSPolicy(**case["policy"])
    written = write_environment(writer, policy.to_dict())
    assert unpacked(text) == written
    assert text.startswith("{") is (len(written) <= PLAIN_BYTES)
    assert CORSPolicy.from_env({VARIABLE: text}) == policy


def test_nothing_is_handed_over_of_a_policy_with_problems(vectors: dict[str, Outputs]) -> None:
    for case in read("policies"):
        if case["problems"]:
            expected = {"function": None, "gateway": None, "none": NONE}
            assert vectors[case["name"]]["environment"] == expected, case["name"]


# ------------------------------------------------------------------- what the vectors do not reach
NOT_AN_OBJECT: dict[str, object] = {
    "a string": "https://app.example.com",
    "a list": ["https://app.example.com"],
    "a number": 1,
    "true": True,
    "an empty list": [],
    "a long list": ["https://app.example.com"] * 40,
}
QUOTED: dict[str, object] = {
    "characters that Terraform's JSON escapes": {"allow_origins": ["<&>\u2028\u2029", "https://<script>"]},
    "control characters": {"allow_origins": ["\x00\x01\b\f\t\r\n\x1f\x7f"], "allow_methods": ["\u0000", "\r\n"]},
    "quotes and backslashes": {"allow_origins": ['"https://a"', "https:\\\\a"], "allow_headers": ["'", '"', "\\"]},
    "what looks like a template": {"allow_origins": ["${x}", "%{if}", "{0}", "https://{1}.com/", "$${y}"]},
    "80 characters, and 81": {"allow_methods": ["(" * 78, "(" * 79, "é" * 78, "é" * 79, "\U0001f469" * 79]},
    "one visible character of several": {
        "allow_origins": ["e\u0301" * 90, "👩\u200d👩\u200d👧" * 40, "\r\n" * 90]
    },
    "letters that become ASCII in lower case": {"allow_headers": ["v\u0130a", "\u0130", "\u017fec-x"]},
    "names of unknown fields": {"": 1, "é": None, "a b": [], "<b>": {"c": [1, {"d": "&"}]}, "z" * 90: 0},
    "nested values": {"allow_origins": [[["https://a"]], {"b": 1, "a": {"d": None, "c": [True]}}]},
    "numbers": {"max_age": 1.5, "allow_methods": [0, -1, 10**20, 0.25]},
}


@pytest.fixture(scope="module")
def odd(compile_policies: Compile) -> dict[str, Outputs]:
    return compile_policies(NOT_AN_OBJECT | QUOTED)


@pytest.mark.parametrize("name", NOT_AN_OBJECT)
def test_what_is_no_object_is_one_problem(name: str, odd: dict[str, Outputs]) -> None:
    assert [problem[:3] for problem in problems_in_terraform(odd[name])] == [
        ["type.object", "policy", NOT_AN_OBJECT[name]]
    ]
    assert problems_in_terraform(odd[name]) == problems_in_python(NOT_AN_OBJECT[name])


@pytest.mark.parametrize("name", QUOTED)
def test_values_are_quoted_alike(name: str, odd: dict[str, Outputs]) -> None:
    assert problems_in_terraform(odd[name])
    assert problems_in_terraform(odd[name]) == problems_in_python(QUOTED[name])


def test_no_cors_is_no_problem(compile_policies: Compile) -> None:
    outputs = compile_policies({"none": None})["none"]
    assert outputs["problems"] == []
    assert outputs["policy"] is None


def test_public_suffixes_are_looked_up_alike(compile_policies: Compile) -> None:
    data = json.loads(SUFFIXES.read_text(encoding="ascii"))
    chance = random.Random(0)
    names = [
        name.lstrip("*.!") for name in chance.sample(data["suffixes"], 60) + chance.sample(data["parents"], 20)
    ]
    special = [name.lstrip("*.!") for name in data["suffixes"] if name[0] in "*!"][::4]
    domains = dict.fromkeys(
        [
            *names,
            *(f"app.{name}" for name in names),
            *special,
            *(f"app.{name}" for name in special),
            *(name[1:] for name in names if len(name) > 3),
            # Top-level domains that the list does not have, words of the file among them, and names below.
            *("date", "parents", "suffixes", data["date"], "internal", "corp", "app.internal", "a.app.internal"),
            *(data["suffixes"][0].strip("!*."), data["suffixes"][-1], data["parents"][0], data["parents"][-1]),
        ]
    )
    origins = [f"https://*.{domain}" for domain in domains]
    outputs = compile_policies({"names": {"allow_origins": origins, "allow_credentials": True}})["names"]
    spanning = [p["value"] for p in outputs["problems"] if p["code"] == "credentials.public_suffix"]
    assert spanning == [f"https://*.{domain}" for domain in domains if spans_public_suffix(domain)]
    assert 50 < len(spanning) < len(origins) - 50


# ------------------------------------------------------------------------------ arbitrary policies
# Chosen so that every rule is broken by some of them.
PIECES = [
    *[
        "http",
        "https",
        "HTTP",
        "file",
        "ws",
        "git+ssh",
        "://",
        ":",
        "//",
        "/",
        "?",
        "#",
        "@",
        "user",
        "*.",
        "*",
        "**",
    ],
    *[
        ".",
        "..",
        "example",
        "Example",
        "com",
        "co.uk",
        "localhost",
        "a_b",
        "-a",
        "a-",
        "xn--",
        "xn--a",
        "xn--p1ai",
    ],
    *["127.0.0.1", "127.1", "0x7f.1", "256.1.1.1", "01.2.3.4", "[", "]", "[::1]", "[::ffff:1.2.3.4]", "[::]"],
    *["[::ffff:102:304]", "[2001:db8::1]", "[2001:DB8::1]", "[2001:0db8::1]", "[1::2%eth0]", "[1:0:0:2:0:0:0:3]"],
    *[
        "[1:0:2:3:4:5:6:7]",
        "[::1.2.3.4]",
        ":*",
        ":80",
        ":443",
        ":8080",
        ":0",
        ":08",
        ":65535",
        ":65536",
        ":x",
        "é",
    ],
    *["null", "NULL", "<", "&", "'", '"', "\\", "$", "{0}", "%00", " ", "\t", "\n", "\x00", "\x7f", "io", "date"],
    *["github.io", "kawasaki.jp", "city.kawasaki.jp", "x.kawasaki.jp", "a" * 64, "b" * 63, "c." * 130],
]
WHOLE = [
    *["*", "null", "file:///index.html", "https://*.github.io", "https://*.com", "https://app.example.com"],
    *["https://app.example.com:443/", "http://user@example.com", "https://xn--.example.com"],
]
NAMES = [
    *[
        "GET",
        "get",
        "PATCH",
        "patch",
        "PUT",
        "TRACE",
        "track",
        "PURGE",
        "*",
        "*x",
        "OPTIONS",
        "a'b",
        "a$b",
        "é",
        "",
    ],
    *[
        "authorization",
        "Authorization",
        "content-type",
        "X-A",
        "x-a",
        "x-*",
        "cookie",
        "sec-x",
        "Sec-é",
        "Proxy-X",
    ],
    *["origin", "Set-Cookie2", "Access-Control-Allow-Origin", "access-control-max-age", "ETag", "Cache-Control"],
    *["Access-Control-Request-Method", "#x", "x&y", "<a>", "a b", "a,b", "x" * 90, "GET\r\n"],
]
JUNK: tuple[object, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    "x",
    "",
    [],
    {},
    [[]],
    {"a": None},
    "true",
    10**20,
    ["a", 1, None],
)


def arbitrary_policies(chance: random.Random, count: int) -> dict[str, object]:
    """Policies of which most are wrong, in several ways at once."""

    def origin() -> object:
        if chance.random() < 0.3:
            return chance.choice(WHOLE)
        start = chance.choice(["https://", "http://", "https://*.", "http://*.", ""])
        return start + "".join(chance.choices(PIECES, k=chance.randint(0, 4)))

    def listed(one: Callable[[], object]) -> object:
        if chance.random() < 0.05:
            return chance.choice(JUNK)
        return [chance.choice(JUNK) if chance.random() < 0.03 else one() for _ in range(chance.randint(0, 4))]

    def either(*values: object) -> object:
        return chance.choice(JUNK) if chance.random() < 0.07 else chance.choice(values)

    def policy() -> dict[str, object]:
        fields = {
            "allow_origins": listed(origin),
            "allow_methods": listed(lambda: chance.choice(NAMES)),
            "allow_headers": listed(lambda: chance.choice(NAMES)),
            "expose_headers": listed(lambda: chance.choice(NAMES)),
            "allow_credentials": either(True, True, False),
            "max_age": either(0, 600, 86400, 86401, -1),
            "dangerously_allow_insecure_origins": either(True, False),
            "dangerously_allow_public_suffix_wildcards": either(True, False),
            "allow_method": "GET",
        }
        return {
            name: value
            for name, value in fields.items()
            if chance.random() < (0.1 if name == "allow_method" else 0.7)
        }

    return {str(number): policy() for number in range(count)}


def test_arbitrary_policies_have_the_same_problems(compile_policies: Compile) -> None:
    cases = arbitrary_policies(random.Random(4), 200)
    reported = set()
    for name, outputs in compile_policies(cases).items():
        found = problems_in_terraform(outputs)
        assert found == problems_in_python(cases[name]), cases[name]
        reported |= {problem[0] for problem in found}
    # Only what nothing here can reach is missing: being no object at all.
    assert reported >= set(re.findall(r'code = "([a-z_.]+)"', RULES.read_text(encoding="utf-8"))) - {"type.object"}
