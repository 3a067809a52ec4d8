"""The function behind an API."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .state import Attributes, Instance, block


@dataclass(frozen=True, slots=True)
class Function:
    """An aws_lambda_function. `timeout` is in seconds, `memory_size` in MB."""

    name: str
    arn: str
    environment: Mapping[str, str] = field(default_factory=dict)
    timeout: int = 3
    memory_size: int = 128
    log_format: str = "Text"

    @property
    def region(self) -> str:
        """Where it runs, such as `eu-west-1`."""
        return self.arn.split(":")[3]

    @property
    def account(self) -> str:
        """The number of the account."""
        return self.arn.split(":")[4]


# Alone, as arn:aws:lambda:REGION:ACCOUNT:function:NAME[:QUALIFIER], or between
# arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/ and /invocations.
_ARN = re.compile(r"(?:^|/functions/)(arn:[^:/]+:lambda:[^:/]+:\d+:function:[^:/]+)(?::[^:/]+)?(?:/invocations)?$")


def invoked(uris: Iterable[str]) -> frozenset[str]:
    """The ARNs, without alias or version, of the functions that integrations name."""
    return frozenset(match.group(1) for uri in uris if (match := _ARN.search(uri)))


def functions(found: Iterable[Instance], arns: frozenset[str]) -> list[Function]:
    """The functions of the state with one of these ARNs."""
    return [
        _function(each.attributes)
        for each in found
        if each.type == "aws_lambda_function" and each.attributes.get("arn") in arns
    ]


def _function(attributes: Attributes) -> Function:
    return Function(
        name=attributes["function_name"],
        arn=attributes["arn"],
        environment=(block(attributes, "environment") or {}).get("variables") or {},
        timeout=int(attributes.get("timeout") or 3),
        memory_size=int(attributes.get("memory_size") or 128),
        log_format=(block(attributes, "logging_config") or {}).get("log_format") or "Text",
    )
