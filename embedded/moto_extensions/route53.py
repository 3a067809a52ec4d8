"""Route 53: changes that need no waiting.

https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from moto.core.responses import ActionResult
from moto.route53.responses import Route53

# The operations that the provider waits for.
CHANGES = ("change_resource_record_sets", "create_hosted_zone", "delete_hosted_zone")


def unannounced(operation: Callable[[Route53], ActionResult]) -> Callable[[Route53], ActionResult]:
    """Return the operation with an answer that says nothing of a change, which is in force by then.

    Terraform's AWS provider waits up to 30 seconds before it asks whether a change is INSYNC, and does not ask
    about an answer without a ChangeInfo.
    """

    @wraps(operation)
    def changed(self: Route53) -> ActionResult:
        result: Any = operation(self).result
        return ActionResult({name: value for name, value in result.items() if name != "ChangeInfo"})

    return changed


def apply() -> None:
    """Extend moto's Route 53."""
    for name in CHANGES:
        setattr(Route53, name, unannounced(getattr(Route53, name)))
