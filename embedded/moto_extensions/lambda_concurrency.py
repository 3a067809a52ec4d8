"""Provisioned concurrency of versions and aliases, ready at once.

https://docs.aws.amazon.com/lambda/latest/api/API_PutProvisionedConcurrencyConfig.html
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from moto.awslambda.exceptions import InvalidParameterValueException, LambdaClientError
from moto.awslambda.models import LambdaStorage
from moto.awslambda.responses import LambdaResponse
from moto.core.common_types import TYPE_RESPONSE
from moto.core.utils import iso_8601_datetime_with_milliseconds

from embedded.moto_extensions.extend import extend, lead

_delete_alias = LambdaStorage.delete_alias


class NoProvisionedConcurrency(LambdaClientError):
    """The version or alias has none (404)."""

    code = 404

    def __init__(self) -> None:
        super().__init__(
            "ProvisionedConcurrencyConfigNotFoundException",
            "No Provisioned Concurrency Config found for this function",
        )


def configs_of(function: Any) -> dict[str, dict[str, Any]]:
    """Return what is provisioned for a function, by qualifier."""
    configs: dict[str, dict[str, Any]] = vars(function).setdefault("provisioned", {})
    return configs


def named(self: LambdaResponse) -> tuple[Any, str]:
    """Return the function and the qualifier that the request names; both must exist."""
    name = unquote(self.path.split("/")[3])
    qualifier = self.querystring.get("Qualifier", [""])[0]
    self.backend.get_function(name, qualifier or None)
    return self.backend.get_function(name), qualifier


def put_provisioned_concurrency_config(self: LambdaResponse) -> TYPE_RESPONSE:
    """Provide that many environments, unless the version is unpublished or the function may not have them."""
    function, qualifier = named(self)
    wanted = int(self.json_body["ProvisionedConcurrentExecutions"])
    if self.backend.get_function(function.function_name, qualifier).version == "$LATEST":
        raise InvalidParameterValueException(
            "Provisioned Concurrency Configs cannot be applied to unpublished function versions."
        )
    reserved = function.reserved_concurrency
    if reserved is not None and wanted > int(reserved):
        raise InvalidParameterValueException(
            "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution "
            "for function"
        )
    configs_of(function)[qualifier] = {
        "RequestedProvisionedConcurrentExecutions": wanted,
        "AvailableProvisionedConcurrentExecutions": wanted,
        "AllocatedProvisionedConcurrentExecutions": wanted,
        "Status": "READY",
        "LastModified": iso_8601_datetime_with_milliseconds(),
    }
    return 202, {"status": "202"}, json.dumps(configs_of(function)[qualifier])


def get_provisioned_concurrency_config(self: LambdaResponse) -> TYPE_RESPONSE:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetProvisionedConcurrencyConfig.html."""
    if "List" in self.querystring:
        return list_provisioned_concurrency_configs(self)
    function, qualifier = named(self)
    if qualifier not in configs_of(function):
        raise NoProvisionedConcurrency
    return 200, {}, json.dumps(configs_of(function)[qualifier])


def list_provisioned_concurrency_configs(self: LambdaResponse) -> TYPE_RESPONSE:
    """https://docs.aws.amazon.com/lambda/latest/api/API_ListProvisionedConcurrencyConfigs.html."""
    function, _ = named(self)
    listed = [
        config | {"FunctionArn": f"{function.function_arn}:{qualifier}"}
        for qualifier, config in configs_of(function).items()
    ]
    return 200, {}, json.dumps({"ProvisionedConcurrencyConfigs": listed})


def delete_provisioned_concurrency_config(self: LambdaResponse) -> TYPE_RESPONSE:
    """https://docs.aws.amazon.com/lambda/latest/api/API_DeleteProvisionedConcurrencyConfig.html."""
    function, qualifier = named(self)
    configs_of(function).pop(qualifier, None)
    return 204, {"status": "204"}, ""


def delete_alias(self: Any, name: str, function_name: str) -> None:
    """Delete an alias with all that belongs to it: its concurrency, its policy and its URL.

    https://docs.aws.amazon.com/lambda/latest/api/API_DeleteAlias.html
    """
    _delete_alias(self, name, function_name)
    function = self.get_function_by_name_or_arn_with_qualifier(function_name)
    for kept in ("provisioned", "policies", "urls"):
        vars(function).get(kept, {}).pop(name, None)


def apply() -> None:
    """Give moto's functions provisioned concurrency."""
    writes = (put_provisioned_concurrency_config, delete_provisioned_concurrency_config)
    reads = (get_provisioned_concurrency_config, list_provisioned_concurrency_configs)
    extend(LambdaResponse, *writes, *reads)
    extend(LambdaStorage, delete_alias)
    function = r"/(?P<api_version>[^/]+)/functions/(?P<function_name>[\w_:%-]+)"
    lead("lambda", f"{function}/provisioned-concurrency", LambdaResponse)
