"""The same templates in airspeed-ext, which the gateway uses, and in Apache Velocity, which AWS uses."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import pytest

from lambda_cors_kit.local.velocity import TemplateError
from tests.apache_velocity import render as render_apache
from tests.local.support import PREFLIGHT
from tests.renderings import Rendering, render_airspeed

PATTERN = "https://[a-z0-9_-]{1,63}([.][a-z0-9_-]{1,63})*[.]example[.]com(:[1-9][0-9]{0,4})?"
MATCHING = f"#set($o = $input.params().header.get('Origin'))#if($o.matches('{PATTERN}'))yes#{{else}}no#end"


@pytest.fixture(params=[render_airspeed, render_apache], ids=["airspeed-ext", "Apache Velocity"])
def render(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, Rendering(None, {"Vary": "Origin"}, "")),
        (
            {"Origin": "https://app.example.com"},
            Rendering(None, {"Vary": "Origin", "Access-Control-Allow-Origin": "https://app.example.com"}, ""),
        ),
        (
            {"Accept": "*/*", "origin": "https://app.example.com"},
            Rendering(None, {"Vary": "Origin", "Access-Control-Allow-Origin": "https://app.example.com"}, ""),
        ),
        ({"Origin": "https://evil.example"}, Rendering(403, {"Vary": "Origin"}, "")),
        ({"Origin": ""}, Rendering(None, {"Vary": "Origin"}, "")),
        (
            {"get": "x", "keySet": "y", "ORIGIN": "https://app.example.com"},
            Rendering(None, {"Vary": "Origin"}, ""),
        ),
    ],
)
def test_a_preflight_template(render: Any, headers: Mapping[str, str], expected: Rendering) -> None:
    status, overrides, body = render(PREFLIGHT, headers)

    assert (status, overrides, body.strip()) == expected


@pytest.mark.parametrize(
    ("origin", "matches"),
    [
        ("https://a.example.com", True),
        ("https://a.b-c.example.com:8443", True),
        ("https://example.com", False),
        ("https://a.example.com.evil.example", False),
        ("https://a.exampleXcom", False),
        ("https://a.example.com\n", False),
        ("https://" + "a" * 64 + ".example.com", False),
        ("$input.body", False),
        ("#set($x = 1)", False),
        ("https://é.example.com", False),
    ],
)
def test_an_anchored_pattern(render: Any, origin: str, matches: bool) -> None:
    assert render(MATCHING, {"Origin": origin}).body == ("yes" if matches else "no")


def test_values_are_never_evaluated(render: Any) -> None:
    template = "$input.params().header.get('X')|$context.stage|$stageVariables.v|$input.body"
    value = "#set($context.responseOverride.header.Y = 'z')$input.params()"
    rendered = render(template, {"X": value}, context={"stage": value}, stage_variables={"v": value}, body=value)

    assert rendered == Rendering(None, {}, "|".join([value] * 4))


def test_parameters_are_kept_apart(render: Any) -> None:
    template = "$input.params().path.get('p') $input.params().querystring.get('p') $input.params().header.get('p')"
    assert render(template, {"p": "3"}, path={"p": "1"}, querystring={"p": "2"}).body == "1 2 3"


def test_a_header_overridden_twice_is_an_error(render: Any) -> None:
    once = "#set($context.responseOverride.header.Vary = 'a')"
    assert render(once, {}).headers == {"Vary": "a"}
    for second in ("Vary", "vary"):
        with pytest.raises(TemplateError):
            render(once + f"#set($context.responseOverride.header.{second} = 'b')", {})


@pytest.mark.parametrize(
    ("value", "status"), [("403", 403), ("'403'", None), ("99", None), ("600", None), ("true", None)]
)
def test_a_status_is_a_whole_number(render: Any, value: str, status: int | None) -> None:
    assert render(f"#set($context.responseOverride.status = {value})", {}).status == status


def test_a_template_that_cannot_run_is_an_error(render: Any) -> None:
    with pytest.raises(TemplateError):
        render("#if($a == )x#end", {})


def test_both_engines_are_fast_once_started(render: Any) -> None:
    render(PREFLIGHT, {})
    started = time.perf_counter()
    for number in range(500):
        render(PREFLIGHT, {"Origin": f"https://{number}.example.com"})
    assert time.perf_counter() - started < 3  # 0.1 s on an idle machine


class TestInput:
    """What only the gateway's own engine has: the preflight needs none of it."""

    @pytest.mark.parametrize(
        ("template", "text"),
        [
            ("$input.params('p')", "path"),
            ("$input.params('q')", "query"),
            ("$input.params('H')", "header"),
            ("$input.params('absent')", ""),
            ("$input.body", '{"a":{"b":[1,"two"]}}'),
            ("$input.json('$')", '{"a":{"b":[1,"two"]}}'),
            ("$input.json('$.a.b')", '[1,"two"]'),
            ("$input.path('$.a.b[1]')", "two"),
            ("$input.json('$.x.y')", "null"),
            ("$input.path(\"$['a']\").b.size()", "2"),
            ("$util.escapeJavaScript('a\"b')", 'a\\"b'),
            ("$util.urlEncode('a b&c')", "a+b%26c"),
            ("$util.urlDecode('a+b%26c')", "a b&c"),
            ("$util.base64Encode('hi')", "aGk="),
            ("$util.base64Decode('aGk=')", "hi"),
            ("$util.parseJson('{\"a\": 1}').a", "1"),
            ("$input.params().header.containsKey('H')", "true"),
            ("$input.params().header.size() $input.params().header.isEmpty()", "1 false"),
        ],
    )
    def test_documented_expressions(self, template: str, text: str) -> None:
        rendered = render_airspeed(
            template,
            {"H": "header"},
            path={"p": "path"},
            querystring={"q": "query", "p": "hidden"},
            body='{"a":{"b":[1,"two"]}}',
        )
        assert rendered.body == text

    def test_a_path_beyond_this_engine_is_an_error(self) -> None:
        with pytest.raises(TemplateError, match="beyond this engine"):
            render_airspeed("$input.path('$..a[?(@.b)]')", {}, body="{}")
