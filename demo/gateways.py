"""The gateways: what Terraform says of the kit's three, and each of them on this machine."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from lambda_cors_kit.deployed import FunctionURL, Kind
from lambda_cors_kit.local import Deployment, Gateway, GatewayError, read_deployment

KINDS: tuple[Kind, ...] = get_args(Kind)
NAMES: Mapping[Kind, str] = {"rest": "REST API", "http": "HTTP API", "function_url": "Function URL"}
QUICKSTART = Path("examples/quickstart")
EXACT = (Path("examples/http_api"), Path("examples/function_url"))
"""Examples whose gateway writes the headers, and knows exact origins only."""
SIGNATURE_HEADERS = ("authorization", "x-amz-date", "x-amz-security-token")


@dataclass(frozen=True)
class Facts:
    """What the module's output `cors` says of a gateway, whether it asks for signed requests, and has the kit."""

    kind: Kind
    writer: str
    preflight_invokes_function: bool
    limits: Sequence[str] = ()
    signed: bool = False
    kit: bool = True

    @property
    def key(self) -> str:
        """Its name in an address."""
        return self.kind if self.kit else "plain"

    @property
    def name(self) -> str:
        """Its name in a heading."""
        return NAMES[self.kind] if self.kit else "Without the kit"


@dataclass(frozen=True)
class Running:
    """A gateway that answers at `url`, and how often its function ran."""

    facts: Facts
    url: str
    invocations: Callable[[], int]


def admit(origin: str, workspace: Path) -> None:
    """Put the demo's page into the policies of the copied examples that name exact origins.

    By Terraform's own means, so that their files stay as they are:
    https://developer.hashicorp.com/terraform/language/files/override
    """
    cors = {
        "allow_origins": ["https://app.example.com", origin],
        "allow_headers": ["content-type", *SIGNATURE_HEADERS],
        "allow_credentials": True,
    }
    for example in EXACT:
        override = workspace / example / "page_override.tf.json"
        override.write_text(json.dumps({"module": {"api": {"cors": cors}}}, indent=2))


def deployments(state: Mapping[str, Any]) -> list[tuple[Facts, Deployment]]:
    """Read every gateway from the state of the demo's root; raises `GatewayError` for one that is not there."""
    said = state.get("outputs", {}).get("cors", {}).get("value", {})
    found = []
    for kind in KINDS:
        deployment = read_deployment(state, f"module.{kind}.module.api")
        if kind not in said:
            raise GatewayError(f"The state has no output cors for the gateway {kind}.")
        cors, api = said[kind], deployment.api
        facts = Facts(
            kind,
            cors["writer"],
            cors["preflight_invokes_lambda"],
            tuple(cors["limits"]),
            isinstance(api, FunctionURL) and api.authorization == "AWS_IAM",
        )
        found.append((facts, deployment))
    return found


def running_gateway(facts: Facts, gateway: Gateway) -> Running:
    """Describe a started gateway to the pages."""
    # The cookie's host: a page on localhost and an API on localhost are one site, whatever their ports.
    return Running(facts, gateway.url.replace("127.0.0.1", "localhost"), lambda: gateway.invocations)
