"""The versions that the modules work with, read from versions.tf, the one place where they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass

from embedded import ROOT

Version = tuple[int, ...]


class TerraformError(Exception):
    """Terraform is missing, too old, or failed; the message carries Terraform's own words."""


@dataclass(frozen=True)
class Constraints:
    """Terraform from version `terraform` on; the AWS provider from `aws` on, below `aws_below`."""

    terraform: Version
    aws: Version
    aws_below: Version


def version_of(text: str) -> Version:
    """Return the numbers of a version, without what follows a hyphen: `1.10.0-rc1` is (1, 10, 0)."""
    return tuple(int(part) for part in re.findall(r"[0-9]+", text.partition("-")[0]))


def constraints(text: str | None = None) -> Constraints:
    """Read the supported versions from `text`, or from versions.tf; raises `TerraformError`."""
    text = (ROOT / "versions.tf").read_text() if text is None else text
    terraform = re.search(r'required_version\s*=\s*">= *([0-9.]+)"', text)
    aws = re.search(r'\bversion\s*=\s*">= *([0-9.]+), *< *([0-9.]+)"', text)
    if terraform is None or aws is None:
        raise TerraformError('versions.tf must say required_version = ">= A" and version = ">= B, < C"')
    return Constraints(version_of(terraform[1]), version_of(aws[1]), version_of(aws[2]))
