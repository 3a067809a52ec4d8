"""The contract between the halves: one environment variable, written by Terraform, read by the function."""

from __future__ import annotations

import json
from types import SimpleNamespace

from .problems import PolicyError, Problem, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

VARIABLE = "LAMBDA_CORS_KIT_POLICY"
VERSION = 1
WRITERS = ("function", "gateway", "none")
KEYS = {"policy", "version", "writer"}
# Only where their feature is used, so that an older library in the image keeps working until then.
OPTIONAL_KEYS = {"more_origins", "policy_file", "streams", "vary"}

# The text is at most 4 KB as deployed; what it unpacks to is bounded, so that no input fills the memory.
MAX_UNPACKED_BYTES = 1_000_000


class Contract(SimpleNamespace):
    """What Terraform said.

    Args:
        writer: who writes Access-Control-* on real responses: `function`, `gateway` or `none`.
        policy: the fields of the policy; None where the function needs none of them, or has them in `policy_file`.
        vary: whether responses vary by Origin; false where the gateway writes a static `*`.
        policy_file: path and SHA-256 of the normalised policy, where it travels in the image.
        more_origins: whether the function may ask for further origins.
        streams: whether the function may stream its responses.
    """

    writer: str
    policy: object
    vary: bool
    policy_file: dict[str, str] | None
    more_origins: bool
    streams: bool

    def __init__(
        self,
        writer: str,
        policy: object,
        *,
        vary: bool = True,
        policy_file: dict[str, str] | None = None,
        more_origins: bool = False,
        streams: bool = False,
    ) -> None:
        super().__init__(
            writer=writer,
            policy=policy,
            vary=vary,
            policy_file=policy_file,
            more_origins=more_origins,
            streams=streams,
        )


def read_environment(environ: Mapping[str, str]) -> Contract:
    """The contract in `LAMBDA_CORS_KIT_POLICY`: JSON, or JSON in gzip in base64 where the list is long.

    Raises:
        PolicyError: where the variable is unset, broken, of another version or has unknown keys.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    """
    text = environ.get(VARIABLE)
    if not text:
        raise _error(
            "environment.missing",
            text,
            "is not set, so the function does not know its CORS policy; deploy it with modules/lambda_api, "
            "or pass policy=CORSPolicy(...)",
        )
    contract = _parse(text)
    version = contract.pop("version", None)
    if version != VERSION or version is True:
        raise _error(
            "environment.version",
            version,
            f"has contract version {shown(version)}, and this library reads version {VERSION}; "
            "upgrade lambda-cors-kit in the image, or the module, so that both have the same release",
        )
    keys = set(contract) | {"version"}
    # The file stands in the place of the policy.
    needed = KEYS - {"policy"} if "policy_file" in keys and "policy" not in keys else KEYS
    if not needed <= keys <= KEYS | OPTIONAL_KEYS or keys >= {"policy", "policy_file"}:
        wrong = sorted(map(str, keys - KEYS - OPTIONAL_KEYS | needed - keys)) or ["policy", "policy_file"]
        raise _error(
            "environment.keys",
            wrong,
            f"has unknown or missing keys {shown(wrong)} for contract version {VERSION}; upgrade lambda-cors-kit "
            "in the image, or the module, so that both have the same release",
        )
    return _checked(contract)


def _checked(contract: dict[str, Any]) -> Contract:
    """The contract with its values judged one by one."""
    for name in ("more_origins", "streams", "vary"):
        if not isinstance(contract.get(name, True), bool):
            raise _error(
                "environment.flag",
                contract[name],
                f"says {name} is {shown(contract[name])}, which is neither true nor false; apply the module again",
            )
    file = contract.get("policy_file")
    if "policy_file" in contract and not _is_file(file):
        raise _error(
            "environment.policy_file",
            file,
            f"names the policy file {shown(file)}, which is not a path with a SHA-256; apply the module again",
        )
    writer, policy = contract["writer"], contract.setdefault("policy", None)
    if writer not in WRITERS or not _has_what_it_needs(writer, policy, file):
        raise _error(
            "environment.writer",
            writer,
            f"names {shown(writer)} as the writer of the CORS headers; it is function with a policy, or gateway, "
            "or none without one; apply the module again",
        )
    return Contract(**contract)


def _has_what_it_needs(writer: str, policy: object, file: object) -> bool:
    if writer == "function":
        return policy is not None or file is not None
    # A gateway has the policy; a module of an older release sends it all the same.
    return file is None and (writer == "gateway" or policy is None)


def _is_file(file: object) -> bool:
    return (
        isinstance(file, dict)
        and set(file) == {"path", "sha256"}
        and all(isinstance(value, str) and value for value in file.values())
    )


def write_environment(writer: str, policy: object, **features: object) -> str:
    """The contract as text, as modules/cors_policy writes it before any compression.

    `features` are the keys that a feature needs: `vary=False`, `more_origins=True`, `streams=True`.
    """
    contract = {"policy": policy, "version": VERSION, "writer": writer, **features}
    return json.dumps(contract, sort_keys=True, separators=(",", ":"))


def _parse(text: str) -> dict[str, object]:
    try:
        contract = json.loads(text if text.startswith("{") else _unpack(text))
    except (ValueError, RecursionError) as error:
        raise _error(
            "environment.json",
            text,
            f"holds {shown(text)}, which is neither JSON nor JSON in gzip in base64 ({error}); apply the module "
            "again, and do not edit the variable by hand",
        ) from None
    if not isinstance(contract, dict):
        raise _error(
            "environment.json", text, f"holds {shown(text)}, which is no JSON object; apply the module again"
        )
    return contract


def _unpack(text: str) -> str:
    # Not loaded by the Lambda runtime, and needed only for long lists.
    import base64
    import zlib

    unpacker = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpacker.decompress(base64.b64decode(text, validate=True), MAX_UNPACKED_BYTES)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    if not unpacker.eof:
        raise ValueError(f"cut short, or more than {MAX_UNPACKED_BYTES} bytes")
    return unpacked.decode()


def _error(code: str, value: object, message: str) -> PolicyError:
    return PolicyError([Problem(code, VARIABLE, value, message)])
