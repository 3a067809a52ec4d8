"""`python -m embedded`: can this machine apply to the embedded AWS? Exit 0, or 1 with one sentence."""

from __future__ import annotations

import sys

from embedded.terraform import cli_environment, find_terraform
from embedded.versions import TerraformError


def main() -> int:
    """Print which Terraform is used and where its AWS provider comes from."""
    try:
        installed = find_terraform()
        configuration = cli_environment().get("TF_CLI_CONFIG_FILE", "Terraform's own rules")
    except TerraformError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Terraform {installed.version} ({installed.path}), providers by {configuration}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
