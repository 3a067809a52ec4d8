"""A policy in a file of JSON, for the command."""

from __future__ import annotations

from pathlib import Path

from .policy import CORSPolicy
from .problems import PolicyError

MAX_POLICY_BYTES = 1_000_000
"""No policy is that long; a device or a pipe may have no end."""


class PolicyFileError(Exception):
    """There is no policy to be had from a file; the text is for a person."""


def read_policy_file(file: Path) -> CORSPolicy:
    """The policy in a file.

    Raises:
        PolicyFileError: where the file cannot be read or is no text, or with every problem of its policy.
    """
    try:
        return CORSPolicy.from_json(_text(file))
    except PolicyError as error:
        raise PolicyFileError(error.found_in(str(file))) from None


def _text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            content = opened.read(MAX_POLICY_BYTES + 1)
    except OSError as error:
        raise PolicyFileError(f"{file} cannot be read: {(error.strerror or str(error)).lower()}.") from None
    if len(content) > MAX_POLICY_BYTES:
        raise PolicyFileError(f"{file} is longer than {MAX_POLICY_BYTES} bytes: that is not a policy.")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise PolicyFileError(f"{file} is not UTF-8 text: a policy is JSON in UTF-8.") from None
