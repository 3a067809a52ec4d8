"""Function URLs: one for the function and one for each alias.

https://docs.aws.amazon.com/lambda/latest/api/API_FunctionUrlConfig.html
"""

from __future__ import annotations

import json
import secrets
from typing import Any
from urllib.parse import unquote

from moto.awslambda.exceptions import GenericResourcNotFound, LambdaClientError
from moto.awslambda.responses import LambdaResponse
from moto.core.common_types import TYPE_RESPONSE
from moto.core.utils import iso_8601_datetime_with_milliseconds

from embedded.moto_extensions.extend import extend

SETTINGS = ("AuthType", "Cors", "InvokeMode")
Config = dict[str, Any]


class URLExists(LambdaClientError):
    """A function or alias has one URL (409)."""

    code = 409

    def __init__(self, arn: str) -> None:
        super().__init__(
            "ResourceConflictException",
            f"Failed to create function url config for [functionArn = {arn}]. "
            "Error message:  FunctionUrlConfig exists for this Lambda function",
        )


def named(self: LambdaResponse) -> tuple[str, str, dict[str, Config]]:
    """Return the ARN, the qualifier and all URLs of the function that the request names."""
    plain, _, inside = unquote(self.path.split("/")[3]).rpartition(":function:")[2].partition(":")
    qualifier = inside or self.querystring.get("Qualifier", [""])[0]
    self.backend.get_function(plain, qualifier or None)
    function: Any = self.backend.get_function(plain)
    urls: dict[str, Config] = vars(function).setdefault("urls", {})
    arn = f"{function.function_arn}:{qualifier}" if qualifier else str(function.function_arn)
    return arn, qualifier, urls


def answer(status: int, config: Config) -> TYPE_RESPONSE:
    """Return the response that describes the URL; one whose CORS settings are empty has none."""
    described = {key: value for key, value in config.items() if key != "Cors" or value}
    return status, {"status": str(status)}, json.dumps(described)


def create_function_url_config(self: LambdaResponse) -> TYPE_RESPONSE:
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunctionUrlConfig.html."""
    arn, qualifier, urls = named(self)
    if qualifier in urls:
        raise URLExists(arn)
    now = iso_8601_datetime_with_milliseconds()
    urls[qualifier] = {
        "FunctionUrl": f"https://{secrets.token_hex(16)}.lambda-url.{self.region}.on.aws/",
        "FunctionArn": arn,
        "InvokeMode": "BUFFERED",
        "CreationTime": now,
        "LastModifiedTime": now,
    } | settings(self)
    return answer(201, urls[qualifier])


def settings(self: LambdaResponse) -> Config:
    """Return the settings that the body names."""
    return {name: value for name, value in self.json_body.items() if name in SETTINGS}


def config_of(self: LambdaResponse) -> Config:
    """Return the URL that the request names; raises `GenericResourcNotFound` (404)."""
    _, qualifier, urls = named(self)
    if qualifier not in urls:
        raise GenericResourcNotFound
    return urls[qualifier]


def get_function_url_config(self: LambdaResponse) -> TYPE_RESPONSE:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionUrlConfig.html."""
    return answer(200, config_of(self))


def update_function_url_config(self: LambdaResponse) -> TYPE_RESPONSE:
    """Change what the body names; empty CORS settings take the old ones away.

    https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionUrlConfig.html
    """
    config = config_of(self)
    config.update(settings(self), LastModifiedTime=iso_8601_datetime_with_milliseconds())
    return answer(200, config)


def delete_function_url_config(self: LambdaResponse) -> TYPE_RESPONSE:
    """https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionUrlConfig.html."""
    config_of(self)
    _, qualifier, urls = named(self)
    del urls[qualifier]
    return 204, {"status": "204"}, ""


def apply() -> None:
    """Replace moto's Function URLs, which know no alias and no change of mode."""
    reads = (get_function_url_config,)
    writes = (create_function_url_config, update_function_url_config, delete_function_url_config)
    extend(LambdaResponse, *reads, *writes)
