"""Lambda's resource-based policies: one for the function and one for each version and alias.

https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
"""

from __future__ import annotations

import json
import uuid
from typing import Any
from urllib.parse import unquote

from moto.awslambda.exceptions import GenericResourcNotFound, LambdaClientError, UnknownPolicyException
from moto.awslambda.models import LambdaBackend
from moto.awslambda.responses import LambdaResponse
from moto.core.common_types import TYPE_RESPONSE

from embedded.moto_extensions.extend import extend

# The field of a request, the operator and the key of the condition that it becomes.
CONDITIONS = {
    "SourceArn": ("ArnLike", "AWS:SourceArn"),
    "SourceAccount": ("StringEquals", "AWS:SourceAccount"),
    "PrincipalOrgID": ("StringEquals", "aws:PrincipalOrgID"),
    "EventSourceToken": ("StringEquals", "lambda:EventSourceToken"),
    "FunctionUrlAuthType": ("StringEquals", "lambda:FunctionUrlAuthType"),
    "InvokedViaFunctionUrl": ("Bool", "lambda:InvokedViaFunctionUrl"),
}
Statement = dict[str, Any]


class StatementExists(LambdaClientError):
    """Two statements of one policy may not have one id (409)."""

    code = 409

    def __init__(self, statement_id: str) -> None:
        super().__init__(
            "ResourceConflictException",
            f"The statement id ({statement_id}) provided already exists. "
            "Please provide a new statement id, or remove the existing statement.",
        )


def condition_of(body: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Return the condition of a statement."""
    condition: dict[str, dict[str, str]] = {}
    for name, (operator, key) in CONDITIONS.items():
        if name in body:
            value = body[name] if isinstance(body[name], str) else json.dumps(body[name])
            condition.setdefault(operator, {})[key] = value
    return condition


def principal_of(principal: str) -> Any:
    """Return the principal as a policy says it: a service, an account or role, or everybody."""
    if principal == "*":
        return "*"
    if principal.endswith((".amazonaws.com", ".amazonaws.com.cn")):
        return {"Service": principal}
    return {"AWS": f"arn:aws:iam::{principal}:root" if principal.isdigit() else principal}


def statement_of(body: dict[str, Any], resource: str) -> Statement:
    """Return the statement that a request adds."""
    statement = {
        "Sid": body["StatementId"],
        "Effect": "Allow",
        "Principal": principal_of(body["Principal"]),
        "Action": body["Action"],
        "Resource": resource,
    }
    condition = condition_of(body)
    return statement | ({"Condition": condition} if condition else {})


def statements(backend: LambdaBackend, name: str, qualifier: str | None) -> tuple[str, list[Statement]]:
    """Return the ARN that the qualifier makes, and the statements of its policy."""
    plain, _, inside = name.rpartition(":function:")[2].partition(":")
    qualifier = inside or qualifier or ""
    backend.get_function(plain, qualifier or None)
    function: Any = backend.get_function(plain)
    policies: dict[str, list[Statement]] = vars(function).setdefault("policies", {})
    arn = f"{function.function_arn}:{qualifier}" if qualifier else str(function.function_arn)
    return arn, policies.setdefault(qualifier, [])


def named(self: LambdaResponse, place: int) -> tuple[str, list[Statement]]:
    """Return the ARN and the statements of the function in the path, with the query's qualifier."""
    qualifier = self.querystring.get("Qualifier", [None])[0]
    return statements(self.backend, unquote(self.path.split("/")[place]), qualifier)


def add_permission(self: LambdaResponse) -> TYPE_RESPONSE:
    """Add a statement to the policy of the function, version or alias."""
    arn, policy = named(self, 3)
    added = statement_of(self.json_body, arn)
    if added["Sid"] in [statement["Sid"] for statement in policy]:
        raise StatementExists(added["Sid"])
    policy.append(added)
    return 201, {"status": "201"}, json.dumps({"Statement": json.dumps(added)})


def get_policy(self: LambdaResponse) -> TYPE_RESPONSE:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html."""
    arn, policy = named(self, 3)
    if not policy:
        raise GenericResourcNotFound
    whole = {"Version": "2012-10-17", "Id": "default", "Statement": policy}
    revision = str(uuid.uuid5(uuid.NAMESPACE_URL, arn + json.dumps(policy)))
    return 200, {}, json.dumps({"Policy": json.dumps(whole), "RevisionId": revision})


def remove_permission(self: LambdaResponse) -> TYPE_RESPONSE:
    """https://docs.aws.amazon.com/lambda/latest/api/API_RemovePermission.html."""
    _, policy = named(self, 3)
    gone = [statement for statement in policy if statement["Sid"] == unquote(self.path.split("/")[-1])]
    if not gone:
        raise UnknownPolicyException
    policy.remove(gone[0])
    return 204, {"status": "204"}, ""


def apply() -> None:
    """Replace moto's policies, which a function, its versions and its aliases share."""
    extend(LambdaResponse, add_permission, get_policy, remove_permission)
