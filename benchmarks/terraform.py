"""A plan of modules/lambda_api against a plan of hand-written resources of the same kinds and number.

`python -m benchmarks.terraform`: needs Terraform and the AWS provider, and no AWS.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from embedded.terraform import Terraform, cli_environment
from embedded.versions import TerraformError

from .statistics import figures, interleave
from .warm import ROOT

_PROVIDER = {
    "required_providers": {"aws": {"source": "hashicorp/aws", "version": ">= 5.100, < 7.0"}},
    "required_version": ">= 1.9",
}
# With these a plan asks nothing of AWS.
_AWS = {
    "region": "us-east-1",
    "access_key": "test",
    "secret_key": "test",
    "skip_credentials_validation": True,
    "skip_metadata_api_check": True,
    "skip_requesting_account_id": True,
}
_CORS = {
    "allow_origins": ["https://app.example.com", "https://*.preview.example.com", "http://localhost:*"],
    "allow_credentials": True,
}
_ASSUME = json.dumps({"Version": "2012-10-17", "Statement": []})
_ROLE = "arn:aws:iam::123456789012:role/items"
_METHOD = {"rest_api_id": "a1b2c3d4e5", "resource_id": "a1b2c3", "http_method": "OPTIONS"}

#: What one writes by hand for each kind of resource that the module may create.
BY_HAND: dict[str, dict[str, Any]] = {
    "aws_api_gateway_deployment": {"rest_api_id": "a1b2c3d4e5", "triggers": {"redeployment": "1"}},
    "aws_api_gateway_gateway_response": {"rest_api_id": "a1b2c3d4e5", "response_type": "DEFAULT_5XX"},
    "aws_api_gateway_integration": {**_METHOD, "type": "MOCK", "request_templates": {"application/json": "{}"}},
    "aws_api_gateway_integration_response": {**_METHOD, "status_code": "204"},
    "aws_api_gateway_method": {**_METHOD, "authorization": "NONE"},
    "aws_api_gateway_method_response": {**_METHOD, "status_code": "204"},
    "aws_api_gateway_resource": {"rest_api_id": "a1b2c3d4e5", "parent_id": "a1b2c3", "path_part": "{proxy+}"},
    "aws_api_gateway_rest_api": {"name": "items", "binary_media_types": ["*/*"]},
    "aws_api_gateway_stage": {"rest_api_id": "a1b2c3d4e5", "deployment_id": "a1b2c3", "stage_name": "live"},
    "aws_apigatewayv2_api": {"name": "items", "protocol_type": "HTTP"},
    "aws_apigatewayv2_integration": {"api_id": "a1b2c3d4e5", "integration_type": "AWS_PROXY"},
    "aws_apigatewayv2_route": {"api_id": "a1b2c3d4e5", "route_key": "$default"},
    "aws_apigatewayv2_stage": {"api_id": "a1b2c3d4e5", "name": "$default", "auto_deploy": True},
    "aws_cloudwatch_log_group": {"name": "/aws/lambda/items", "retention_in_days": 30},
    "aws_iam_role": {"name": "items", "assume_role_policy": _ASSUME},
    "aws_iam_role_policy": {"name": "logs", "role": "items", "policy": _ASSUME},
    "aws_iam_role_policy_attachment": {"role": "items", "policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
    "aws_lambda_function": {
        "function_name": "items",
        "role": _ROLE,
        "package_type": "Image",
        "image_uri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/items:1.0.0",
    },
    "aws_lambda_function_url": {"function_name": "items", "authorization_type": "AWS_IAM"},
    "aws_lambda_permission": {
        "action": "lambda:InvokeFunction",
        "function_name": "items",
        "principal": "apigateway.amazonaws.com",
    },
    "aws_security_group": {"name": "items", "vpc_id": "vpc-0123456789abcdef0"},
    "aws_vpc_security_group_egress_rule": {
        "security_group_id": "sg-0123456789abcdef0",
        "ip_protocol": "-1",
        "cidr_ipv4": "0.0.0.0/0",
    },
}


def module_root(folder: Path, gateway: str) -> dict[str, Any]:
    """A root in `folder` that calls the module."""
    call = {
        # Relative, or Terraform takes it for a package of its own, without the modules beside it.
        "source": os.path.relpath(ROOT / "modules" / "lambda_api", folder.resolve()),
        "name": "items",
        "image_uri": BY_HAND["aws_lambda_function"]["image_uri"],
        "gateway": gateway,
        "cors": _CORS,
    }
    return {"terraform": _PROVIDER, "provider": {"aws": _AWS}, "module": {"api": call}}


def hand_written_root(kinds: Counter[str]) -> dict[str, Any]:
    """A root with as many plain resources of each kind.

    Raises:
        KeyError: where a kind is new, and has to be written by hand above.
    """
    missing = kinds.keys() - BY_HAND.keys()
    if missing:
        raise KeyError(f"BY_HAND has no {', '.join(sorted(missing))}; write down what one would write by hand")
    resources = {
        kind: {f"number_{number}": BY_HAND[kind] for number in range(count)} for kind, count in kinds.items()
    }
    return {"terraform": _PROVIDER, "provider": {"aws": _AWS}, "resource": resources}


def measure(gateway: str, rounds: int) -> None:
    """Prints the number of resources, and the time of both plans."""
    environment = cli_environment()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        module = _root(place / "module", module_root(place / "module", gateway), environment)
        kinds = _kinds(module)
        by_hand = _root(place / "by_hand", hand_written_root(kinds), environment)
        roots = {"by hand": by_hand, "by hand again": by_hand, "module": module}
        taken = interleave(list(roots), lambda name: _seconds(roots[name]), rounds)
    print(f'gateway "{gateway}": {kinds.total()} resources')
    for name, figure in figures(taken, "by hand").items():
        print(f"  {name:14} {figure.best:6.2f} s   {figure.ratio:.3f} ({figure.low:.3f} to {figure.high:.3f})")


def _root(folder: Path, content: dict[str, Any], environment: dict[str, str]) -> Terraform:
    folder.mkdir()
    (folder / "main.tf.json").write_text(json.dumps(content), encoding="utf-8")
    terraform = Terraform(folder, environment)
    terraform.init()
    return terraform


def _kinds(terraform: Terraform) -> Counter[str]:
    """How many resources of each kind a plan would create."""
    commands = (["plan", "-input=false", "-out=plan"], ["show", "-json", "plan"])
    for command in commands:
        done = subprocess.run(
            ["terraform", *command],
            cwd=terraform.directory,
            env=terraform.environment,
            capture_output=True,
            text=True,
            check=True,
        )
    changes = json.loads(done.stdout)["resource_changes"]
    return Counter(change["type"] for change in changes if change["change"]["actions"] == ["create"])


def _seconds(terraform: Terraform) -> float:
    start = time.perf_counter()
    terraform.plan()
    return time.perf_counter() - start


def main() -> int:
    """The command; 2 where Terraform is missing or a plan fails."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.terraform", description=__doc__)
    parser.add_argument("--gateway", choices=("rest", "http", "function_url"), default="rest")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    try:
        measure(options.gateway, options.rounds)
    except TerraformError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
