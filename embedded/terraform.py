"""Terraform on this machine: which one it is, the environment it runs in, and running it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embedded import BUILD, ROOT
from embedded.mirror import find_mirror, own_configuration, write_configuration
from embedded.process import end, start
from embedded.versions import Constraints, TerraformError, constraints, version_of

Progress = Callable[[str], None]
# What a user's shell may carry for another project's Terraform.
_FOREIGN = re.compile(r"TF_(CLI_ARGS.*|CLI_CONFIG_FILE|DATA_DIR|VAR_.*|WORKSPACE)")


@dataclass(frozen=True)
class Installed:
    """The Terraform that was found: its path, its version, and its platform, such as `linux_amd64`."""

    path: str
    version: str
    platform: str


def find_terraform(environ: Mapping[str, str] = os.environ, needed: Constraints | None = None) -> Installed:
    """Return the `terraform` on PATH; raises `TerraformError`, one sentence, if it is missing or too old."""
    minimum = (needed or constraints()).terraform
    wanted = f"Terraform {'.'.join(map(str, minimum))} or newer is needed"
    remedy = "install it from https://developer.hashicorp.com/terraform/install"
    path = shutil.which("terraform", path=environ.get("PATH", os.defpath))
    if path is None:
        raise TerraformError(f"{wanted} and there is no `terraform` on PATH: {remedy}.")
    answer = subprocess.run(
        [path, "version", "-json"],
        env=dict(environ) | {"CHECKPOINT_DISABLE": "1"},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    try:
        said = json.loads(answer.stdout)
        found = Installed(path, str(said["terraform_version"]), str(said["platform"]))
    except (ValueError, KeyError, TypeError):
        words = " ".join((answer.stdout + answer.stderr).split())[:300]
        raise TerraformError(f"{wanted}, but {path} does not tell its version ({words}): {remedy}.") from None
    if version_of(found.version) < minimum:
        raise TerraformError(f"{wanted}, but {path} is version {found.version}: {remedy}.")
    return found


def cli_environment(
    environ: Mapping[str, str] = os.environ,
    *,
    build: Path = BUILD,
    directory: Path = ROOT,
) -> dict[str, str]:
    """Return `environ` made ready for Terraform: no prompts, no foreign settings, a provider to be found.

    The user's own CLI configuration wins; otherwise a mirror is looked for; without one Terraform downloads.
    Raises `TerraformError` when Terraform is missing or too old.
    """
    installed = find_terraform(environ)
    result = {name: value for name, value in environ.items() if not _FOREIGN.fullmatch(name)}
    result |= {"TF_IN_AUTOMATION": "1", "TF_INPUT": "0", "CHECKPOINT_DISABLE": "1"}
    configuration = own_configuration(environ)
    if configuration is None:
        mirror = find_mirror(environ, installed.platform, directory=directory)
        configuration = write_configuration(mirror, build) if mirror else None
    if configuration is not None:
        result["TF_CLI_CONFIG_FILE"] = str(configuration.absolute())
    return result


class Terraform:
    """One root module in `directory`, run with `environment` (see `cli_environment`).

    Every line that Terraform prints goes to `progress` as it appears. A command that fails raises
    `TerraformError` with Terraform's own error text; one that is interrupted takes its providers with it.
    """

    def __init__(
        self, directory: Path, environment: Mapping[str, str], *, progress: Progress | None = None
    ) -> None:
        self.directory = directory
        self.environment = dict(environment)
        self.progress = progress

    def init(self) -> None:
        """Install the providers and modules."""
        self._run("init")

    def plan(self) -> bool:
        """Tell whether an apply would change anything."""
        return self._run("plan", "-detailed-exitcode", accepted=(0, 2)) == 2

    def apply(self) -> None:
        """Create or change what the configuration says."""
        self._run("apply", "-auto-approve")

    def destroy(self) -> None:
        """Remove everything that this root created."""
        self._run("destroy", "-auto-approve")

    def outputs(self) -> dict[str, Any]:
        """Return the values of the root's outputs by name."""
        described = json.loads(self._read("output", "-json"))
        return {name: output["value"] for name, output in described.items()}

    def state(self) -> dict[str, Any]:
        """Return the state as Terraform stores it (version 4), empty when nothing was applied."""
        text = self._read("state", "pull")
        return dict(json.loads(text)) if text.strip() else {}

    @property
    def _binary(self) -> str:
        path = shutil.which("terraform", path=self.environment.get("PATH", os.defpath))
        return path or find_terraform(self.environment).path

    def _run(self, *arguments: str, accepted: tuple[int, ...] = (0,)) -> int:
        """Run one command, line by line, and return its status."""
        process = start(
            [self._binary, *arguments, "-input=false", "-no-color"],
            output=subprocess.PIPE,
            environment=self.environment,
            directory=self.directory,
        )
        lines: list[str] = []
        try:
            for line in process.stdout or ():
                lines.append(line)
                if self.progress and line.strip():
                    self.progress(line.rstrip())
            status = process.wait()
        finally:
            end(process)
        if status not in accepted:
            raise TerraformError(f"terraform {arguments[0]} failed:\n{error_text(lines)}")
        return status

    def _read(self, *arguments: str) -> str:
        """Run one short command and return its standard output, warnings kept out of it."""
        answer = subprocess.run(
            [self._binary, *arguments],
            env=self.environment,
            cwd=self.directory,
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode:
            said = error_text((answer.stdout + answer.stderr).splitlines())
            raise TerraformError(f"terraform {' '.join(arguments)} failed:\n{said}")
        return answer.stdout


def error_text(lines: Iterable[str]) -> str:
    """Return what Terraform said from its first error on, without its frame; all of it without an error."""
    text = [re.sub(r"^[╷│╵] ?", "", line.rstrip("\n")) for line in lines]
    first = next((number for number, line in enumerate(text) if line.startswith("Error: ")), 0)
    return "\n".join(text[first:]).strip()
