"""A root planned once, read by instance."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tftest import TerraformPlanOutput, TerraformTest


def planned(folder: Path, environment: dict[str, str]) -> TerraformPlanOutput:
    """Plan the root in `folder`."""
    terraform = TerraformTest(str(folder))
    terraform.env = environment
    terraform.setup(init_vars=None)
    return terraform.plan(output=True)


def resources(plan: TerraformPlanOutput, instance: str, kind: str = "aws_") -> dict[str, dict[str, Any]]:
    """The planned resources of one instance, by address inside it; `kind` is the beginning of that."""
    planned = plan.modules[f"module.{instance}"].resources
    return {address: r.get("values", {}) for address, r in planned.items() if address.startswith(kind)}


def cors(plan: TerraformPlanOutput, instance: str) -> dict[str, Any]:
    """The output `cors`."""
    values: dict[str, Any] = plan.outputs[instance]
    return values


def routes(plan: TerraformPlanOutput, instance: str) -> dict[str, str]:
    """Route key -> authorization."""
    found = resources(plan, instance, "aws_apigatewayv2_route")
    return {route["route_key"]: route["authorization_type"] for route in found.values()}
