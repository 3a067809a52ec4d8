"""What is deployed: every policy behind every gateway, and the gateways that are then served on this machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Policy:
    """One lambda_api module: `cors` with the ports of the pages as {0} and {1}, and why it is there."""

    why: str
    cors: Mapping[str, Any] | None
    reflect_origin: bool = False


POLICIES: dict[str, Policy] = {
    "single": Policy("one origin", {"allow_origins": ["http://app.localhost:{0}"]}),
    "several": Policy(
        "two origins with credentials, and headers of its own both ways",
        {
            "allow_origins": ["http://app.localhost:{0}", "http://127.0.0.1:{0}"],
            "allow_methods": ["PUT", "PATCH", "DELETE", "OPTIONS"],
            "allow_headers": ["authorization", "content-type", "x-a", "x-b", "x-trace"],
            "expose_headers": ["x-total", "x-request-id"],
            "allow_credentials": True,
        },
    ),
    "subdomains": Policy(
        "sub-domains on one port, with credentials",
        {"allow_origins": ["http://*.app.localhost:{0}"], "allow_credentials": True},
    ),
    "any": Policy(
        "* for everything",
        {"allow_origins": ["*"], "allow_methods": ["*"], "allow_headers": ["*"], "expose_headers": ["*"]},
    ),
    "any-listed": Policy(
        "* for everything, and authorization by its name",
        {"allow_origins": ["*"], "allow_methods": ["*"], "allow_headers": ["*", "authorization"]},
    ),
    "ports": Policy(
        "any port, and sub-domains with any port",
        {"allow_origins": ["http://localhost:*", "http://*.app.localhost:*"], "expose_headers": ["x-total"]},
    ),
    "limited": Policy(
        "one method beyond the safelist, no header, nothing cached",
        {
            "allow_origins": ["http://app.localhost:{0}"],
            "allow_methods": ["PUT"],
            "allow_headers": [],
            "max_age": 0,
        },
    ),
    "none": Policy("cors = null", None),
    "reflecting": Policy(
        "gateway responses that name whoever asks",
        {"allow_origins": ["http://app.localhost:{0}", "http://127.0.0.1:{0}"], "allow_credentials": True},
        reflect_origin=True,
    ),
}

GATEWAYS: dict[str, tuple[str, ...]] = {
    "rest": tuple(POLICIES),
    "http": ("single", "several", "subdomains", "any"),
    "function_url": ("single", "several", "subdomains", "any"),
}
"""By the value of lambda_api's `gateway`, the policies that are deployed behind it."""

SLOW = "-slow"
"""Ends the name of a gateway that gives up before its function answers."""
SLOW_MILLISECONDS = 100
SLOW_POLICIES = ("single", "several", "reflecting")


def served(gateway: str) -> dict[str, str]:
    """The gateways to serve, by name, with the policy that each was deployed with."""
    plain = {name: name for name in GATEWAYS[gateway] if name != "reflecting"}
    # A Function URL gives up with its function only.
    slow = SLOW_POLICIES if gateway != "function_url" else ()
    return plain | {name + SLOW: name for name in slow if name in GATEWAYS[gateway]}


def module(gateway: str, policy: str) -> str:
    """The key of the module in the Terraform root."""
    return f"{gateway}-{policy}"


def variables(ports: Sequence[int]) -> dict[str, Any]:
    """The Terraform root's variables."""
    return {
        "apis": {
            module(gateway, name): {
                "gateway": gateway,
                "cors": _with_ports(POLICIES[name].cors, ports),
                "reflect_origin": POLICIES[name].reflect_origin,
            }
            for gateway, names in GATEWAYS.items()
            for name in names
        }
    }


def _with_ports(cors: Mapping[str, Any] | None, ports: Sequence[int]) -> dict[str, Any] | None:
    if cors is None:
        return None
    return {**cors, "allow_origins": [origin.format(*ports) for origin in cors["allow_origins"]]}


def public(state: Mapping[str, Any]) -> dict[str, Any]:
    """The same state with Function URLs that anyone may call, as the module public_function_url makes them.

    It needs an AWS provider above 6.28, which the embedded AWS may not have.
    """
    return _changed(state, ("aws_lambda_function_url",), {"authorization_type": "NONE"})


def shortened(state: Mapping[str, Any]) -> dict[str, Any]:
    """The same state with gateways that give up at once, and not after 29 or 30 seconds as the module's do."""
    kinds = ("aws_api_gateway_integration", "aws_apigatewayv2_integration")
    return _changed(state, kinds, {"timeout_milliseconds": SLOW_MILLISECONDS})


def _changed(state: Mapping[str, Any], kinds: Sequence[str], changes: Mapping[str, Any]) -> dict[str, Any]:
    def changed(resource: Mapping[str, Any]) -> Mapping[str, Any]:
        if resource["type"] not in kinds:
            return resource
        each = ({**one, "attributes": {**one["attributes"], **changes}} for one in resource["instances"])
        return {**resource, "instances": list(each)}

    return {**state, "resources": [changed(resource) for resource in state["resources"]]}
