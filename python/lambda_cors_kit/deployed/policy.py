"""The policy that was deployed: from a file, or from Terraform's state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..environment import VARIABLE, read_environment
from ..policy import CORSPolicy
from ..problems import PolicyError

MAX_POLICY_CHARACTERS = 1_000_000
# The gateways that hold a CORS configuration of their own, and the block they hold it in.
_CONFIGURED = {"aws_apigatewayv2_api": "cors_configuration", "aws_lambda_function_url": "cors"}


class NotDeployed(Exception):
    """There is no policy to compare with; the text is for a person."""


@dataclass(frozen=True, slots=True)
class Deployed:
    """A policy, None where Terraform was given `cors = null`, and where it was read."""

    policy: CORSPolicy | None
    source: str


def from_file(file: Path) -> Deployed:
    """The policy in a JSON file. Raises NotDeployed with every problem that it has."""
    try:
        with file.open(encoding="utf-8") as opened:
            text = opened.read(MAX_POLICY_CHARACTERS + 1)
    except OSError as error:
        raise NotDeployed(f"{file} cannot be read: {(error.strerror or str(error)).lower()}.") from None
    except UnicodeDecodeError:
        raise NotDeployed(f"{file} is no UTF-8 text: a policy is JSON.") from None
    if len(text) > MAX_POLICY_CHARACTERS:
        raise NotDeployed(f"{file} is longer than {MAX_POLICY_CHARACTERS} characters: that is no policy.")
    try:
        return Deployed(CORSPolicy.from_json(text), str(file))
    except PolicyError as error:
        raise NotDeployed(_problems(str(file), error)) from None


def from_terraform(directory: Path, module: str | None) -> Deployed:
    """The policy that a Terraform root applied: the function's environment variable has it, or, where the kit's
    module was not used, the configuration of the gateway itself.

    Raises NotDeployed where there is none, or several and no `module`.
    """
    try:
        from .errors import GatewayError
        from .terraform import pull_state
    except ImportError as error:
        raise NotDeployed(
            f'{error.name} is missing, which --terraform needs: pip install "lambda-cors-kit[cli]"'
        ) from None
    try:
        return from_state(pull_state(directory), module, str(directory))
    except GatewayError as error:
        raise NotDeployed(str(error)) from None


def from_state(state: Mapping[str, Any], module: str | None, root: str) -> Deployed:
    """As `from_terraform`, from a state that is read already; `root` names it in messages."""
    found = [
        (address, kind, written)
        for address, kind, written in _written(state)
        if module is None or address == module
    ]
    by_kit = [each for each in found if each[1] == VARIABLE]
    candidates = by_kit or found
    if not candidates:
        where = f"{module} in {root}" if module else root
        raise NotDeployed(
            f"{where} has no function with {VARIABLE} and no gateway with a CORS configuration in its state: "
            "apply a root that calls the module lambda_api, or write the policy to a file for --policy."
        )
    if len(candidates) > 1:
        names = ", ".join(sorted({address or "the root itself" for address, _, _ in candidates}))
        raise NotDeployed(f"{root} has {len(candidates)} policies: {names}. Pick one with --module ADDRESS.")
    address, kind, written = candidates[0]
    source = f"{kind} of {address or 'the root module'} in {root}"
    try:
        if kind == VARIABLE:
            return Deployed(CORSPolicy.from_contract(read_environment({VARIABLE: str(written)}).policy), source)
        return Deployed(CORSPolicy(**_configuration(written)), source)
    except PolicyError as error:
        raise NotDeployed(_problems(source, error)) from None


def _written(state: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Module address, place and content of everything in a state that says who may read."""
    for resource in state.get("resources", ()):
        for instance in resource.get("instances", ()) if resource.get("mode") == "managed" else ():
            attributes = instance.get("attributes") or {}
            address, kind = resource.get("module", ""), resource["type"]
            if "deposed" in instance:
                continue
            if kind == "aws_lambda_function":
                variables = _block(attributes, "environment").get("variables") or {}
                if VARIABLE in variables:
                    yield address, VARIABLE, variables[VARIABLE]
            elif kind in _CONFIGURED and (block := _block(attributes, _CONFIGURED[kind])):
                yield address, f"{_CONFIGURED[kind]} of {kind}", block


def _block(attributes: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A block that may stand once: the state holds it as a list."""
    blocks = attributes.get(name) or [{}]
    return blocks[0] or {}


def _configuration(block: Mapping[str, Any]) -> dict[str, Any]:
    """A gateway's configuration as the fields of a policy; what is not set there allows nothing."""
    lists = ("allow_origins", "allow_methods", "allow_headers", "expose_headers")
    fields: dict[str, Any] = {name: block.get(name) or [] for name in lists}
    fields["allow_credentials"] = bool(block.get("allow_credentials"))
    fields["max_age"] = max(0, int(block.get("max_age") or 0))
    return fields


def _problems(source: str, error: PolicyError) -> str:
    lines = [f"  {problem.code}: {problem.field} {problem.message}" for problem in error.problems]
    count = "1 problem" if len(lines) == 1 else f"{len(lines)} problems"
    return "\n".join([f"the policy of {source} has {count}, so there is nothing to compare with:", *lines])
