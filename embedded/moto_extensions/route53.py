"""Route 53: changes that need no waiting.

https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
"""

from __future__ import annotations

from moto.core.responses import ActionResult
from moto.route53.responses import Route53

from embedded.moto_extensions.extend import extend

_change = Route53.change_resource_record_sets


def change_resource_record_sets(self: Route53) -> ActionResult:
    """Change the records and say nothing of the change.

    Terraform's AWS provider waits 30 seconds before it asks whether a change is INSYNC, and does not ask about
    an answer without a ChangeInfo; a change is in force here before it is answered.
    """
    _change(self)
    return ActionResult({})


def apply() -> None:
    """Extend moto's Route 53."""
    extend(Route53, change_resource_record_sets)
