"""Lambda functions: what an update changes, what a version keeps, and the revision of each.

https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html
https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html
https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html
"""

from __future__ import annotations

import copy
import uuid
from typing import Any
from urllib.parse import unquote

from moto.awslambda.exceptions import PreconditionFailedException
from moto.awslambda.models import ImageConfig, LambdaAlias, LambdaBackend, LambdaFunction, LambdaStorage
from moto.awslambda.responses import LambdaResponse
from moto.core.common_types import TYPE_RESPONSE

from embedded.moto_extensions.extend import extend

_made, _described = LambdaFunction.__init__, LambdaFunction.get_configuration
_configured, _coded = LambdaFunction.update_configuration, LambdaFunction.update_function_code
_published, _updated_alias = LambdaStorage.publish_version, LambdaAlias.update
_update_alias = LambdaResponse.update_alias

# What moto keeps on create and forgets on update, or never keeps: the name in a request, the attribute.
KEPT = {
    "KMSKeyArn": "kms_key_arn",
    "TracingConfig": "tracing_config",
    "FileSystemConfigs": "file_system_configs",
    "DeadLetterConfig": "dead_letter_config",
    "SnapStart": "snap_start",
}


def logging(current: dict[str, str], given: dict[str, str], name: str) -> dict[str, str]:
    """Return the logging configuration after a request; what it leaves out stays as it is.

    https://docs.aws.amazon.com/lambda/latest/api/API_LoggingConfig.html
    """
    whole = {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{name}"} | current | given
    if whole["LogFormat"] == "JSON":
        return {"ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO"} | whole
    return {key: whole[key] for key in ("LogFormat", "LogGroup")}


def keep(function: Any, spec: dict[str, Any]) -> None:
    """Keep what a request sets and moto does not."""
    for name, attribute in KEPT.items():
        if name in spec:
            setattr(function, attribute, spec[name])
    if "ImageConfig" in spec:
        function.image_config = ImageConfig(spec["ImageConfig"] or {})
    if "EphemeralStorage" in spec:
        function.ephemeral_storage = spec["EphemeralStorage"]["Size"]
    function.logging = logging(function.logging, spec.get("LoggingConfig") or {}, function.function_name)
    function.revision = str(uuid.uuid4())


def make(self: Any, account_id: str, spec: dict[str, Any], region: str, version: str | int = 1) -> None:
    """Make a function with everything that the request sets."""
    _made(self, account_id, spec, region, version)
    self.file_system_configs, self.dead_letter_config, self.snap_start, self.logging = [], None, None, {}
    keep(self, spec)


def get_configuration(self: Any, on_create: bool = False) -> dict[str, Any]:
    """Describe the function, without an image configuration when that is empty.

    https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
    """
    described = _described(self, on_create)
    described |= {"LoggingConfig": self.logging, "RevisionId": self.revision}
    if self.file_system_configs:
        described["FileSystemConfigs"] = self.file_system_configs
    if (self.dead_letter_config or {}).get("TargetArn"):
        described["DeadLetterConfig"] = self.dead_letter_config
    if self.snap_start:
        described["SnapStart"] = {"OptimizationStatus": "Off"} | self.snap_start
    image = described.get("ImageConfigResponse", {}).get("ImageConfig", {})
    if not any(image.values()):
        described.pop("ImageConfigResponse", None)
    return described


def check_revision(function: Any, spec: dict[str, Any]) -> None:
    """Refuse an update of another revision than the one it names."""
    if spec.get("RevisionId") not in (None, "", function.revision):
        raise PreconditionFailedException(
            "The RevisionId provided does not match the latest RevisionId for the Lambda function or alias. "
            "Call the GetFunction or the GetAlias API to retrieve the latest RevisionId for your resource."
        )


def update_configuration(self: Any, config_updates: dict[str, Any]) -> dict[str, Any]:
    """Change what the body names; moto does so with some of it, and fails at an empty environment."""
    check_revision(self, config_updates)
    changes = dict(config_updates)
    if "Environment" in changes:
        changes["Environment"] = {"Variables": changes["Environment"].get("Variables") or {}}
    _configured(self, changes)
    keep(self, changes)
    described: dict[str, Any] = self.get_configuration()
    return described


def update_function_code(self: Any, updated_spec: dict[str, Any]) -> dict[str, Any]:
    """Change the code of the function, not that of versions which were published before."""
    check_revision(self, updated_spec)
    if updated_spec.get("DryRun"):
        return dict(self.get_configuration())
    self.code = dict(self.code)
    if "Architectures" in updated_spec:
        self.architectures = updated_spec["Architectures"]
    _coded(self, updated_spec)
    self.revision = str(uuid.uuid4())
    return dict(self.get_configuration())


def update_code(
    self: LambdaBackend, function_name: str, qualifier: str | None, body: dict[str, Any]
) -> dict[str, Any] | None:
    """Change the code once, and describe the version that is published with it, if one is."""
    described = self.get_function(function_name, qualifier).update_function_code(body)
    version = self.publish_version(function_name) if body.get("Publish") and not body.get("DryRun") else None
    return version.get_configuration() if version else described


def publish_version(self: Any, name_or_arn: str, description: str = "") -> Any:
    """Publish a version under a number that none had before, though the latest ones were deleted."""
    function = self.get_function_by_name_or_arn_forbid_qualifier(name_or_arn)
    before = list(self._functions[function.function_name]["versions"])
    version: Any = _published(self, name_or_arn, description)
    if version in before:
        return version
    number = max([getattr(function, "last_version", 0), *(int(old.version) for old in before)]) + 1
    if number != int(version.version):
        del self._arns[version.function_arn]
        version.set_version(number)
        version.function_arn = f"{function.function_arn}:{number}"
        self._arns[version.function_arn] = version
    function.last_version, version.code = number, copy.copy(function.code)
    version.revision = str(uuid.uuid4())
    return version


def update(self: Any, *arguments: Any, **named: Any) -> None:
    """Change the alias and give it a new revision: moto leaves the old one."""
    _updated_alias(self, *arguments, **named)
    self.revision_id = str(uuid.uuid4())


def update_alias(self: LambdaResponse) -> TYPE_RESPONSE:
    """https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html."""
    parts = self.path.split("/")
    alias: Any = self.backend.get_alias(name=unquote(parts[-1]), function_name=unquote(parts[-3]))
    alias.revision = alias.revision_id
    check_revision(alias, self.json_body)
    _, _, body = _update_alias(self)
    return 200, {}, body


def apply() -> None:
    """Extend moto's functions, versions and aliases."""
    extend(LambdaFunction, get_configuration, update_configuration, update_function_code)
    LambdaFunction.__init__ = make  # type: ignore[method-assign]  # the extension
    LambdaBackend.update_function_code = update_code  # type: ignore[method-assign]  # the extension
    extend(LambdaStorage, publish_version)
    extend(LambdaAlias, update)
    extend(LambdaResponse, update_alias)
