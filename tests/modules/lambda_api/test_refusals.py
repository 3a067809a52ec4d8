"""Bad input: what `terraform plan` says about each. One plan of many faulty instances per kind of rule."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from embedded.terraform import Terraform
from tests.modules.conftest import Copy

pytestmark = pytest.mark.terraform

IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/items-api:1.0.0"
VPC = {"id": "vpc-0123abcd", "subnet_ids": ["subnet-0123abcd", "subnet-4567cdef"]}
GET_ITEM = {"actions": ["dynamodb:GetItem"], "resources": ["arn:aws:dynamodb:us-east-1:123456789012:table/items"]}

# Every action of a service, and every resource, in other spellings.
EVERYTHING = [
    ("iam:**", "*"),
    ("s3:?*", "*"),
    ("s3:*", "arn:*"),
    ("s3:*?*", "arn:*:*"),
    ("s3:*", "arn:aws:*"),
    ("s3:*", "arn:aws:s3:::*"),
    ("s3:**", "arn:*:s3:::**"),
    ("iam:*", "arn:aws:iam::*:*"),
]

# Case -> the variable, its value, and what the message has to name: that value, and what to write.
VARIABLES: dict[str, tuple[str, Any, list[str]]] = {
    "name_with_space": ("name", "items api", ['name "items api"', '"items-api"']),
    "name_too_long": ("name", "a" * 65, ["a" * 65, "1 to 64"]),
    "image_public": (
        "image_uri",
        "public.ecr.aws/lambda/python:3.13",
        ["public.ecr.aws/lambda/python:3.13", "push"],
    ),
    "image_docker_hub": ("image_uri", "python:3.13", ['"python:3.13"', "ACCOUNT.dkr.ecr.REGION.amazonaws.com"]),
    "image_with_scheme": ("image_uri", f"https://{IMAGE}", [f"https://{IMAGE}", "without https://"]),
    "image_short_account": ("image_uri", IMAGE[1:], [f'"{IMAGE[1:]}"', "12 digits"]),
    "image_short_digest": ("image_uri", IMAGE.replace(":1.0.0", "@sha256:abc"), ["@sha256:abc", "64"]),
    "image_fips": ("image_uri", IMAGE.replace(".ecr.", ".ecr-fips."), ["dkr.ecr-fips", "write dkr.ecr"]),
    "gateway_unknown": ("gateway", "REST", ['gateway "REST"', '"rest"']),
    "stage_name": ("stage_name", "$default", ['stage_name "$default"', '"live"']),
    "binary_no_media_type": ("binary_media_types", ["png"], ['["png"]', "image/png"]),
    "binary_twice": ("binary_media_types", ["image/png", "image/png"], ["image/png", "twice"]),
    "timeout_zero": ("timeout", 0, ["timeout 0", "whole number"]),
    "timeout_fraction": ("timeout", 2.5, ["timeout 2.5", "whole"]),
    "memory_size": ("memory_size", 64, ["memory_size 64", "128 to 10240"]),
    "architecture": ("architecture", "amd64", ['architecture "amd64"', '"x86_64"']),
    "environment_policy": (
        "environment",
        {"LAMBDA_CORS_KIT_POLICY": "{}"},
        ["LAMBDA_CORS_KIT_POLICY", "in cors"],
    ),
    "environment_reserved": ("environment", {"AWS_REGION": "eu-west-1"}, ["AWS_REGION", "another name"]),
    "environment_name": ("environment", {"my-table": "items"}, ["my-table", "underscores"]),
    "environment_null": ("environment", {"TABLE": None}, ["TABLE", "instead of null"]),
    "vpc_without_id": (
        "vpc",
        {"subnet_ids": VPC["subnet_ids"]},
        ["subnet-0123abcd", "vpc has no id", 'id = "vpc-'],
    ),
    "vpc_id": ("vpc", VPC | {"id": "my-vpc"}, ['"my-vpc"', '"vpc-"']),
    "vpc_one_subnet": ("vpc", VPC | {"subnet_ids": ["subnet-0123abcd"]}, ["subnet-0123abcd", "two or more"]),
    "vpc_same_subnet": (
        "vpc",
        VPC | {"subnet_ids": ["subnet-0123abcd"] * 2},
        ["subnet-0123abcd", "two or more"],
    ),
    "vpc_no_subnet": ("vpc", {"id": "vpc-0123abcd"}, ["[]", "two or more"]),
    "vpc_subnet_id": ("vpc", VPC | {"subnet_ids": ["subnet-1", "net-2"]}, ['"net-2"', '"subnet-"']),
    "vpc_group_id": ("vpc", VPC | {"security_group_ids": ["default"]}, ['"default"', '"sg-"']),
    "vpc_many_groups": ("vpc", VPC | {"security_group_ids": [f"sg-{n}" for n in range(5)]}, ["sg-4", "four"]),
    "iam_no_actions": (
        "extra_iam_statements",
        [GET_ITEM, {"sid": "Read", "resources": ["*"]}],
        ["1 (sid Read)", "actions = ["],
    ),
    "iam_no_resources": (
        "extra_iam_statements",
        [{"actions": ["s3:GetObject"]}],
        ["statement 0", "resources = ["],
    ),
    "iam_null_actions": ("extra_iam_statements", [GET_ITEM | {"actions": None}], ["statement 0", "actions = ["]),
    "iam_effect": ("extra_iam_statements", [GET_ITEM | {"effect": "allow"}], ['"allow"', '"Allow"']),
    "iam_sid": ("extra_iam_statements", [GET_ITEM | {"sid": "read items"}], ['"read items"', '"ReadItems"']),
    "iam_sid_twice": ("extra_iam_statements", [GET_ITEM | {"sid": "A"}] * 2, ['"A"', "each once"]),
    "iam_action": (
        "extra_iam_statements",
        [GET_ITEM | {"actions": ["GetItem"]}],
        ['"GetItem"', "service:Action"],
    ),
    "iam_resource": ("extra_iam_statements", [GET_ITEM | {"resources": ["items"]}], ['"items"', "ARN"]),
    "iam_every_action": ("extra_iam_statements", [GET_ITEM | {"actions": ["*"]}], ['"*"', "name the actions"]),
    "iam_every_action_of_a_service": (
        "extra_iam_statements",
        [{"actions": ["s3:*"], "resources": ["*"]}],
        ['"s3:*"', "or the ARNs"],
    ),
    **{
        f"iam_everything_{number}": (
            "extra_iam_statements",
            [GET_ITEM, {"actions": [action], "resources": ["arn:aws:s3:::b/*", resource]}],
            [json.dumps(action), json.dumps(resource), "or the ARNs"],
        )
        for number, (action, resource) in enumerate(EVERYTHING)
    },
    "iam_condition_without_values": (
        "extra_iam_statements",
        [GET_ITEM | {"conditions": [{"test": "Bool", "variable": "aws:x", "values": []}]}],
        ['"aws:x"', "at least one"],
    ),
    "iam_condition_twice": (
        "extra_iam_statements",
        [GET_ITEM | {"conditions": [{"test": "Bool", "variable": "aws:x", "values": ["a"]}] * 2}],
        ["Bool aws:x", "write one"],
    ),
    "iam_condition_twice_by_case": (
        "extra_iam_statements",
        [
            GET_ITEM
            | {"conditions": [{"test": "Bool", "variable": name, "values": ["a"]} for name in ("aws:X", "AWS:x")]}
        ],
        ["Bool aws:X", "write one"],
    ),
    "policy_condition_twice": (
        "resource_policy_statements",
        [{"conditions": [{"test": "IpAddress", "variable": "aws:SourceIp", "values": ["192.0.2.0/24"]}] * 2}],
        ["two conditions with the same test", "IpAddress aws:SourceIp", "write one, with all the values"],
    ),
    "policy_condition_without_values": (
        "resource_policy_statements",
        [{"conditions": [{"test": "Bool", "variable": "aws:x", "values": []}]}],
        ["without values", "at least one"],
    ),
    "permissions_boundary": ("permissions_boundary", "boundary", ['"boundary"', "arn:aws:iam::"]),
    "log_retention_days": ("log_retention_days", 31, ["log_retention_days 31", "30"]),
}

# The beginning of a message -> the inputs, and what it has to name: judged where more than one variable is known.
TOO_BIG: dict[str, tuple[dict[str, Any], list[str]]] = {
    "The function's environment": (
        {"environment": {"BLOB": "é" * 2000}, "cors": {"allow_origins": ["https://app.example.com"]}},
        ["bytes", "4096", "too many", "out of environment"],
    ),
    "timeout 120 is above API Gateway's": ({"timeout": 120}, ["29 seconds", "Write 29 or less"]),
    "extra_iam_statements": (
        {"extra_iam_statements": [GET_ITEM | {"sid": f"S{n}"} for n in range(80)]},
        ["10240", "role_name"],
    ),
}

BAD_POLICY = {
    "allow_origins": ["https://app.example.com/", "*"],
    "allow_credentials": True,
    "max_age": -1,
}


def root(folder: Path, cases: dict[str, dict[str, Any]]) -> Path:
    """A root module with one instance of the module per case. JSON values are HCL expressions."""
    instances = [
        "\n".join(
            [
                f'module "{case}" {{',
                '  source = "../../../../modules/lambda_api"',
                *(f"  {name} = {json.dumps(value)}" for name, value in inputs.items()),
                "}",
            ]
        )
        for case, inputs in cases.items()
    ]
    provider = (folder / "main.tf").read_text().partition("locals {")[0]
    (folder / "main.tf").write_text(provider + "\n".join(instances) + "\n")
    return folder


def instance(case: str) -> str:
    """The instance that has this fault: every instance has at most one in each variable, so few are enough."""
    variable = VARIABLES[case][0]
    if variable == "gateway":
        # What depends on the gateway is not judged while that is unknown.
        return case
    same = [name for name, (other, _, _) in VARIABLES.items() if other == variable]
    return f"case_{same.index(case)}"


def diagnostics(folder: Path, environment: dict[str, str]) -> list[dict[str, Any]]:
    """The errors of a plan, as Terraform gives them to programs."""
    Terraform(folder, environment).init()
    answer = subprocess.run(
        ["terraform", "plan", "-json", "-input=false"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1, answer.stdout
    messages = [json.loads(line) for line in answer.stdout.splitlines()]
    return [m["diagnostic"] for m in messages if m.get("diagnostic", {}).get("severity") == "error"]


@pytest.fixture(scope="module")
def refused(copied: Copy, plan_environment: dict[str, str]) -> list[dict[str, Any]]:
    instances: dict[str, dict[str, Any]] = {}
    for case, (variable, value, _) in VARIABLES.items():
        usual = {"name": "items-api", "image_uri": IMAGE}
        instances.setdefault(instance(case), usual)[variable] = value
    return diagnostics(root(copied("tests/modules/lambda_api/plans"), instances), plan_environment)


@pytest.fixture(scope="module")
def unfit(copied: Copy, plan_environment: dict[str, str]) -> list[str]:
    cases = {f"case_{n}": inputs for n, (inputs, _) in enumerate(TOO_BIG.values())}
    cases["policy"] = {"cors": BAD_POLICY}
    inputs = {case: {"name": "items-api", "image_uri": IMAGE} | given for case, given in cases.items()}
    folder = root(copied("tests/modules/lambda_api/plans"), inputs)
    return [d["detail"] for d in diagnostics(folder, plan_environment)]


@pytest.mark.parametrize("case", VARIABLES)
def test_a_bad_value_is_named_with_what_to_write(refused: list[dict[str, Any]], case: str) -> None:
    variable, _, words = VARIABLES[case]
    context = f'module "{instance(case)}"'
    said = [
        d["detail"] for d in refused if d["snippet"]["context"] == context and d["detail"].startswith(variable)
    ]
    assert len(said) == 1, f"one fault, one message: {said}"
    for word in words:
        assert word in said[0]


@pytest.mark.parametrize("subject", TOO_BIG)
def test_what_is_too_much_is_named_with_its_size(unfit: list[str], subject: str) -> None:
    said = [text for text in unfit if text.startswith(subject)]
    assert len(said) == 1, unfit
    for words in TOO_BIG[subject][1]:
        assert words in said[0]


def test_the_size_of_the_environment_is_in_bytes_as_lambda_measures_it(unfit: list[str]) -> None:
    [said] = [text for text in unfit if text.startswith("The function's environment")]
    numbers = [int(number) for number in re.findall(r"[0-9]+", said)]
    # {"BLOB":"é…","LAMBDA_CORS_KIT_POLICY":"…"}: é is two bytes, and a quotation mark inside is escaped.
    assert 4000 + numbers[1] < numbers[0] < 4000 + 2 * numbers[1]


def test_a_policy_stops_the_plan_with_all_its_problems_in_one_message(unfit: list[str]) -> None:
    assert len(unfit) == len(TOO_BIG) + 1
    [said] = [text for text in unfit if "CORS policy" in text]
    for value in ("https://app.example.com/", "-1"):
        assert value in said
    for code in ("origin.trailing_slash", "credentials.wildcard_origin", "max_age."):
        assert said.count(f"({code}") == 1
