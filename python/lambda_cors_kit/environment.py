"""The contract between the halves: one environment variable, written by Terraform, read by the function."""

from __future__ import annotations

import json
from collections import namedtuple

from .problems import PolicyError, Problem, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import NamedTuple

    class Contract(NamedTuple):
        """What Terraform said: who writes Access-Control-* on real responses, and the policy's fields."""

        writer: str
        policy: object
else:
    Contract = namedtuple("Contract", ("writer", "policy"))

VARIABLE = "LAMBDA_CORS_KIT_POLICY"
VERSION = 1
WRITERS = ("function", "gateway", "none")
KEYS = {"policy", "version", "writer"}

# The text is at most 4 KB as deployed; what it unpacks to is bounded, so that no input fills the memory.
MAX_UNPACKED_BYTES = 1_000_000


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
    if contract.get("version") != VERSION:
        raise _error(
            "environment.version",
            contract.get("version"),
            f"has contract version {shown(contract.get('version'))}, and this library reads version {VERSION}; "
            "upgrade lambda-cors-kit in the image, or the module, so that both have the same release",
        )
    if set(contract) != KEYS:
        keys = sorted(map(str, set(contract) ^ KEYS))
        raise _error(
            "environment.keys",
            keys,
            f"has unknown or missing keys {shown(keys)} for contract version {VERSION}; upgrade lambda-cors-kit "
            "in the image, or the module, so that both have the same release",
        )
    writer = contract["writer"]
    if writer not in WRITERS or (writer == "none") != (contract["policy"] is None):
        raise _error(
            "environment.writer",
            writer,
            f"names {shown(writer)} as the writer of the CORS headers; it is function or gateway with a policy, "
            "none without; apply the module again",
        )
    return Contract(str(writer), contract["policy"])


def write_environment(writer: str, policy: object) -> str:
    """The contract as text, as modules/cors_policy writes it before any compression."""
    contract = {"policy": policy, "version": VERSION, "writer": writer}
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
