"""Values that are unknown at plan, sensitive or null: what is known beside them is judged at once."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from embedded import ROOT

pytestmark = pytest.mark.terraform

MODULE = ROOT / "modules/cors_policy"
Run = Callable[..., "subprocess.CompletedProcess[str]"]

APP = '"https://app.example.com"'
LATER = "terraform_data.later.id"

# The policy in HCL -> the codes that a plan reports.
REFUSED: dict[str, tuple[str, set[str]]] = {
    "any_with_credentials": (
        f'{{ allow_origins = ["*", {LATER}], allow_credentials = true }}',
        {"credentials.wildcard_origin"},
    ),
    "any_before_a_value_of_any_type": (
        '{ allow_origins = [terraform_data.typeless.output, "*"], allow_credentials = true }',
        {"credentials.wildcard_origin"},
    ),
    "method": (f'{{ allow_origins = [{LATER}], allow_methods = ["TRACE"] }}', {"method.forbidden"}),
    "misspelt": (f"{{ allow_origins = [{LATER}], allow_method = 1 }}", {"policy.unknown_field"}),
    "misspelt_and_unknown": (f"{{ allow_origins = [{APP}], allow_method = {LATER} }}", {"policy.unknown_field"}),
    "several": (
        f'{{ allow_origins = ["*", {LATER}], allow_credentials = true, allow_methods = ["TRACE", "*"],'
        f' allow_headers = ["Cookie"], expose_headers = ["*"], max_age = -1, allow_header = 1 }}',
        {
            "policy.unknown_field", "method.forbidden", "method.wildcard_not_alone", "header.forbidden",
            "max_age.range", "credentials.wildcard_origin", "credentials.wildcard_methods",
            "credentials.wildcard_expose_headers",
        },
    ),
    "origins_beside_one": (
        f'{{ allow_origins = ["https://a.example.com/", {LATER}, "http://b.example.com", "null"],'
        " allow_credentials = true }",
        {"origin.trailing_slash", "credentials.insecure_origin", "origin.null"},
    ),
    "origins_unknown_altogether": (
        f'{{ allow_origins = split(",", {LATER}), allow_headers = ["X-*"], allow_credentials = "yes" }}',
        {"header.pattern", "type.boolean"},
    ),
    "credentials": (
        f'{{ allow_origins = ["https://a.example.com/"], allow_credentials = {LATER} == "x", max_age = "1" }}',
        {"origin.trailing_slash", "type.integer"},
    ),
    "max_age": (
        f'{{ allow_origins = ["*"], allow_credentials = true, max_age = length({LATER}) }}',
        {"credentials.wildcard_origin"},
    ),
    "type": (f'{{ allow_origins = [{LATER}, 1], allow_methods = "PUT" }}', {"type.string", "type.list"}),
    "sensitive": ('{ allow_origins = [sensitive("https://a.example.com/")] }', {"origin.trailing_slash"}),
    "sensitive_policy": (
        'sensitive({ allow_origins = ["*"], allow_credentials = true })',
        {"credentials.wildcard_origin"},
    ),
    "sensitive_beside_unknown": (
        f'{{ allow_origins = [sensitive("https://a.example.com/"), {LATER}] }}',
        {"origin.trailing_slash"},
    ),
}  # fmt: skip
TAKEN: dict[str, str] = {
    "origin": f"{{ allow_origins = [{APP}, {LATER}], allow_credentials = true }}",
    "pattern": f'{{ allow_origins = ["https://*.example.com", {LATER}], allow_credentials = true }}',
    "object": "terraform_data.typeless.output",
    "sensitive_origin": f"{{ allow_origins = [sensitive({APP})], allow_methods = sensitive(null) }}",
    "sensitive_list": f"{{ allow_origins = sensitive([{APP}]), max_age = sensitive(60) }}",
    "sensitive_policy": f"sensitive({{ allow_origins = [{APP}], allow_credentials = null }})",
    "sensitive_set": f"{{ allow_origins = toset([sensitive({APP})]) }}",
}


def write_root(directory: Path, policies: Mapping[str, str]) -> Path:
    blocks = [
        'resource "terraform_data" "later" {}',
        f'resource "terraform_data" "typeless" {{ input = {{ allow_origins = [{APP}], later = {LATER} }} }}',
    ]
    for name, policy in policies.items():
        source = json.dumps(str(MODULE))
        blocks.append(f'module "{name}" {{\n source = {source}\n name = "{name}"\n cors = {policy}\n}}')
        blocks.append(f'output "{name}" {{\n value = module.{name}\n}}')
    (directory / "main.tf").write_text("\n".join(blocks))
    return directory


@pytest.fixture(scope="module")
def messages(terraform: Run, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What a plan of all refused policies says, message by message."""
    root = write_root(tmp_path_factory.mktemp("refused"), {name: policy for name, (policy, _) in REFUSED.items()})
    terraform(root, "init")
    lines = terraform(root, "plan", "-input=false", "-json", status=1).stdout.splitlines()
    found = [json.loads(line) for line in lines]
    return [each["diagnostic"]["detail"] for each in found if each.get("@level") == "error"]


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_known_is_judged_beside_what_is_not(name: str, messages: list[str]) -> None:
    told = [text for text in messages if text.startswith(f'the CORS policy of "{name}" cannot be used:\n')]
    codes = re.findall(r"\(([a-z_.]+)\)$", "\n".join(told), re.MULTILINE)
    assert sorted(codes) == sorted(REFUSED[name][1])


def test_every_message_says_whose_policy_it_is(messages: list[str]) -> None:
    assert messages
    assert all(re.match(r'the CORS policy of "\w+" cannot be used:\n  - ', text) for text in messages)


@pytest.mark.parametrize("name", ["sensitive", "sensitive_policy"])
def test_a_known_policy_is_one_message(name: str, messages: list[str]) -> None:
    assert len([text for text in messages if f'"{name}"' in text.partition("\n")[0]]) == 1


def test_the_rest_waits_for_the_apply_and_nothing_is_sensitive(terraform: Run, tmp_path: Path) -> None:
    root = write_root(tmp_path, TAKEN)
    terraform(root, "init")
    terraform(root, "plan", "-input=false", "-out=plan")
    shown = json.loads(terraform(root, "show", "-json", "plan").stdout)
    # A root's output that is sensitive without saying so is an error; so these are not.
    assert set(shown["planned_values"]["outputs"]) == set(TAKEN)
    assert [n for n, output in shown["planned_values"]["outputs"].items() if output["sensitive"]] == []
    for name in ("sensitive_origin", "sensitive_list", "sensitive_policy", "sensitive_set"):
        policy = shown["planned_values"]["outputs"][name]["value"]["policy"]
        assert policy["allow_origins"] == ["https://app.example.com"], name
