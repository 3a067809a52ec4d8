"""What Terraform keeps about a root directory: its state, by way of `terraform state pull`."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from .errors import GatewayError

PULL_SECONDS = 120.0
"""A remote backend may be slow; a hanging one must not hang us."""


def pull_state(directory: Path) -> dict[str, Any]:
    """The state of the root module in `directory`, from whatever backend it uses.

    `state pull` starts no provider, so it takes milliseconds where `show` or `output` take seconds.

    Raises:
        GatewayError: where there is no such directory, no terraform, nothing applied, or Terraform refuses.

    Source: https://developer.hashicorp.com/terraform/cli/commands/state/pull
    """
    if not directory.is_dir():
        raise GatewayError(f"{directory} is no directory: name the Terraform root that you applied.")
    state = _parsed(_pulled(directory), directory)
    if not state.get("resources"):
        raise GatewayError(
            f"Nothing is applied in {directory}: run terraform init and terraform apply there first, "
            "or serve a policy file with --policy FILE."
        )
    if state.get("version") != 4:
        raise GatewayError(
            f"The state in {directory} has format {state.get('version')!r}, and this command reads format 4: "
            "run terraform apply there with Terraform 1.9 or later."
        )
    return state


def _pulled(directory: Path) -> str:
    terraform = shutil.which("terraform")
    if terraform is None:
        raise GatewayError(
            "terraform was not found on the PATH: install Terraform 1.9 or later "
            "(https://developer.hashicorp.com/terraform/install), or serve a policy file with --policy FILE."
        )
    try:
        done = subprocess.run(
            [terraform, "state", "pull"],
            cwd=directory,
            env={**os.environ, "TF_IN_AUTOMATION": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PULL_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise GatewayError(
            f"terraform state pull in {directory} gave no answer within {PULL_SECONDS:.0f} seconds: "
            "check that its backend can be reached."
        ) from None
    except OSError as error:
        raise GatewayError(f"terraform could not be started ({error}).") from None
    if done.returncode != 0:
        raise GatewayError(f"terraform state pull failed in {directory}: {_reason(done.stderr)}")
    return done.stdout


def _parsed(text: str, directory: Path) -> dict[str, Any]:
    if not text.strip():
        return {}
    try:
        state = json.loads(text)
    except ValueError:
        state = None
    if not isinstance(state, dict):
        raise GatewayError(f"terraform state pull in {directory} printed something that is no state.")
    return state


def _reason(stderr: str) -> str:
    """The sentence after `Error:`, without colours and frames."""
    plain = re.sub(r"\x1b\[[0-9;]*m|[│╷╵]", "", stderr)
    words = re.search(r"Error: (.+?)(?:\n\s*\n|\Z)", plain, re.S)
    return " ".join((words.group(1) if words else plain).split())[:500] or "it gave no reason"
