"""Writes docs/rules.md: every code of the rule book with an example, its message and its remedy.

The examples are run when the page is written, so that it says what the kit says.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from lambda_cors_kit import CORSPolicy, PolicyError

PAGE = Path(__file__).resolve().parent.parent / "docs/rules.md"
APP = "https://app.example.com"


class Example(NamedTuple):
    """A policy that breaks one rule, and what to write instead; both only with the fields that matter."""

    broken: Any
    remedy: Any


def origin(broken: str, remedy: str = APP, **fields: Any) -> Example:
    """An example that differs in one origin."""
    return Example({"allow_origins": [broken], **fields}, {"allow_origins": [remedy], **fields})


def field(name: str, broken: Any, remedy: Any, **fields: Any) -> Example:
    """An example that differs in one field."""
    return Example(
        {"allow_origins": [APP], name: broken, **fields}, {"allow_origins": [APP], name: remedy, **fields}
    )


SECTIONS: dict[str, dict[str, Example]] = {
    "Shape": {
        "type.object": Example(APP, {"allow_origins": [APP]}),
        "policy.unknown_field": Example(
            {"allow_origins": [APP], "allow_method": ["PUT"]}, {"allow_origins": [APP], "allow_methods": ["PUT"]}
        ),
        "type.list": Example({"allow_origins": APP}, {"allow_origins": [APP]}),
        "type.string": field("allow_methods", [1], ["PUT"]),
        "type.boolean": field("allow_credentials", "false", False),
        "type.integer": field("max_age", "600", 600),
    },
    "Origins": {
        "origin.missing": Example({"allow_origins": []}, {"allow_origins": [APP]}),
        "origin.several": origin("https://a.example.com,https://b.example.com", "https://a.example.com"),
        "origin.whitespace": origin(APP + " "),
        "origin.control": origin("https://app\u007f.example.com"),
        "origin.unicode": origin("https://bücher.example", "https://xn--bcher-kva.example"),
        "origin.null": origin("null"),
        "origin.scheme": origin("app.example.com"),
        "origin.file": origin("file:///index.html", "http://localhost:3000"),
        "origin.upper_case": origin("https://App.Example.com"),
        "origin.userinfo": origin("https://user@app.example.com"),
        "origin.trailing_slash": origin(APP + "/"),
        "origin.path": origin(APP + "/start"),
        "origin.port": origin(APP + ":08443", APP + ":8443"),
        "origin.default_port": origin(APP + ":443"),
        "origin.pattern": origin("https://*-preview.example.com", "https://*.preview.example.com"),
        "origin.ip": origin("http://127.1:3000", "http://127.0.0.1:3000"),
        "origin.host": origin("https://app..example.com"),
        "origin.punycode": origin("https://xn--f.example.com", "https://xn--bcher-kva.example.com"),
        "origin.wildcard_not_alone": Example({"allow_origins": ["*", APP]}, {"allow_origins": ["*"]}),
    },
    "Methods": {
        "method.token": field("allow_methods", ["PUT, DELETE"], ["PUT", "DELETE"]),
        "method.pattern": field("allow_methods", ["P*"], ["PUT", "PATCH"]),
        "method.forbidden": field("allow_methods", ["TRACE"], []),
        "method.case": field("allow_methods", ["patch"], ["PATCH"]),
        "method.wildcard_not_alone": field("allow_methods", ["*", "PUT"], ["*"]),
    },
    "Headers": {
        "header.token": field("allow_headers", ["X-A, X-B"], ["X-A", "X-B"]),
        "header.pattern": field("allow_headers", ["X-*"], ["X-A", "X-B"]),
        "header.forbidden": field("allow_headers", ["Cookie"], [], allow_credentials=True),
        "header.wrong_direction": field("allow_headers", ["Access-Control-Allow-Origin"], []),
        "header.wildcard_not_alone": field("allow_headers", ["*", "X-A"], ["*"]),
    },
    "Time": {"max_age.range": field("max_age", 604800, 86400)},
    "Credentials": {
        "credentials.wildcard_origin": Example(
            {"allow_origins": ["*"], "allow_credentials": True},
            {"allow_origins": [APP], "allow_credentials": True},
        ),
        "credentials.insecure_origin": origin("http://app.example.com", allow_credentials=True),
        "credentials.public_suffix": origin(
            "https://*.vercel.app", "https://*.example.com", allow_credentials=True
        ),
        "credentials.wildcard_methods": field("allow_methods", ["*"], ["PUT"], allow_credentials=True),
        "credentials.wildcard_headers": field("allow_headers", ["*"], ["x-a"], allow_credentials=True),
        "credentials.wildcard_expose_headers": field("expose_headers", ["*"], ["etag"], allow_credentials=True),
    },
}

HEAD = """# The rule book

A policy that breaks a rule does not plan in Terraform and cannot be constructed in Python. Both halves report
every problem at once, with the same `code`, `field`, `value` and `message`; the codes are stable. A field that is
null (`None`) is one left out, but for `allow_origins`, which every policy has.
"""

TAIL = """
## What is not in the rule book

The function reads its policy from `LAMBDA_CORS_KIT_POLICY`. Where that cannot be used, the handler refuses to
start, with one of these codes:

| code | what happened |
|---|---|
| `environment.missing` | the variable is not set |
| `environment.json` | it is neither JSON nor JSON in gzip in base64, or was cut |
| `environment.version` | the module speaks another version of the contract than the library |
| `environment.keys` | it has keys that the library does not know, or lacks some |
| `environment.writer` | it names no writer, or one that does not go with the policy |
| `environment.flag` | a key that is true or false is neither |
| `environment.policy_file` | the policy file cannot be used, or is not the one that was deployed |
| `environment.two_writers` | `policy=` is given in code, and the gateway writes the headers already |
| `environment.no_policy` | `CORSPolicy.from_env` was asked for a policy, and the environment holds none |

What a browser hides, the operator finds in the log of the function: the logger `lambda_cors_kit` writes one
line of JSON with `code`, `value` and `message`, once per container and code:

| code | what was refused |
|---|---|
| `request.origin_not_allowed` | the origin of a request or a preflight |
| `request.method_not_allowed` | the method that a preflight asked for |
| `request.header_not_allowed` | a header that a preflight asked for |
| `request.headers_too_long` | a list of headers longer than any that the policy could allow |
"""


def document() -> str:
    """The page's text."""
    sections = [
        f"\n## {title}\n" + "".join(entry(code, example) for code, example in examples.items())
        for title, examples in SECTIONS.items()
    ]
    return HEAD + "".join(sections) + TAIL


def entry(code: str, example: Example) -> str:
    """One code: the example, what the kit says of it, and what to write instead."""
    try:
        CORSPolicy.from_json(json.dumps(example.broken))
    except PolicyError as error:
        (problem,) = error.problems
    assert problem.code == code, f"the example of {code} shows {problem.code}"
    CORSPolicy.from_json(json.dumps(example.remedy))
    return (
        f"\n### `{code}`\n\n"
        f"- refused: `{json.dumps(example.broken)}`\n"
        f"- says: {problem.field}: {visible(problem.message)}\n"
        f"- write: `{json.dumps(example.remedy)}`\n"
    )


def visible(text: str) -> str:
    """The text with control characters written out, and nothing that Markdown would take for markup."""
    shown = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
    return shown.replace("*", r"\*")


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(document(), encoding="utf-8")
    print(f"docs/{PAGE.name}: {sum(map(len, SECTIONS.values()))} rules")
