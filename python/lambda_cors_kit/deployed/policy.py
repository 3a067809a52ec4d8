"""The policy that was deployed: from a file, or from Terraform's state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..environment import VARIABLE, Contract, read_environment
from ..policy import CORSPolicy
from ..policy_file import PolicyFileError, read_policy_file
from ..problems import PolicyError
from .cors import CORSConfiguration, read_cors
from .errors import GatewayError
from .state import block, instances
from .terraform import pull_state

# The gateways that hold a CORS configuration of their own, and the block they hold it in.
_CONFIGURED = {"aws_apigatewayv2_api": "cors_configuration", "aws_lambda_function_url": "cors"}


# Module address, place and content.
_Place = tuple[str, str, CORSConfiguration | str]


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
        return Deployed(read_policy_file(file), str(file))
    except PolicyFileError as error:
        raise NotDeployed(str(error)) from None


def from_terraform(directory: Path, module: str | None) -> Deployed:
    """The policy that a Terraform root applied: the function's environment variable has it, or, where the kit's
    module was not used, the configuration of the gateway itself.

    Raises NotDeployed where there is none, or several and no `module`.
    """
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
    candidates = [each for each in found if each[1] == VARIABLE] or found
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
        if not isinstance(written, CORSConfiguration):
            contract = _contract(written, source)
            if contract.writer != "gateway" or contract.policy is not None:
                return Deployed(CORSPolicy.from_contract(contract.policy), source)
            kind, written = _gateways(found, address, source)
            source = f"{kind} of {address or 'the root module'} in {root}"
            # The module has judged it; a gateway's configuration has no word for what was allowed knowingly.
            return Deployed(_configured(written, dangerously_allow_insecure_origins=True), source)
        return Deployed(_configured(written), source)
    except PolicyError as error:
        raise NotDeployed(error.found_in(f"the policy in {source}")) from None


def _contract(written: str, source: str) -> Contract:
    """What a function's variable says. Raises PolicyError, and NotDeployed where the policy stands elsewhere."""
    contract = read_environment({VARIABLE: written})
    if contract.policy_file is not None:
        raise NotDeployed(
            f"{source} names the policy file {contract.policy_file['path']}, which is in the image and not in the "
            "state: pass the file that Terraform read, with --policy FILE instead of --terraform."
        )
    return contract


def _gateways(found: list[_Place], address: str, source: str) -> tuple[str, CORSConfiguration]:
    """Where the gateway writes, it has the policy, in the module of the function. Raises NotDeployed."""
    for each, kind, written in found:
        if each == address and isinstance(written, CORSConfiguration):
            return kind, written
    raise NotDeployed(
        f"{source} says that the gateway writes the CORS headers, and no gateway in its module has a CORS "
        "configuration: see terraform plan, or pass the policy with --policy FILE."
    )


def _written(state: Mapping[str, Any]) -> Iterator[_Place]:
    """Module address, place and content of everything in a state that says who may read."""
    for each in instances(state):
        if each.type == "aws_lambda_function":
            variables = (block(each.attributes, "environment") or {}).get("variables") or {}
            if VARIABLE in variables:
                yield each.module, VARIABLE, variables[VARIABLE]
        elif each.type in _CONFIGURED and (cors := read_cors(each.attributes, _CONFIGURED[each.type])):
            yield each.module, f"{_CONFIGURED[each.type]} of {each.type}", cors


def _configured(cors: CORSConfiguration, **allowed: bool) -> CORSPolicy:
    """Raises PolicyError."""
    # -1 is how an HTTP API is told that a preflight's answer is not to be kept.
    return CORSPolicy(**asdict(cors) | {"max_age": max(0, cors.max_age)} | allowed)
