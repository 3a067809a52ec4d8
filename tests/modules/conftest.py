"""What the tests of the modules and examples share: copies of roots, Terraform without any AWS, AWS's client."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

from embedded import ROOT
from embedded.aws import EmbeddedAWS
from embedded.terraform import cli_environment

Copy = Callable[[str], Path]
Client = Callable[[str], Any]
_LEFT_BEHIND = shutil.ignore_patterns(".terraform*", "terraform.tfstate*", "tf_resources.json", "__pycache__")


def copy_of(folder: str, place: Path) -> Path:
    """Copy a folder of the repository, with the modules at the same distance; return where it is now."""
    for name in ("modules", folder):
        shutil.copytree(ROOT / name, place / name, ignore=_LEFT_BEHIND, dirs_exist_ok=True)
    return place / folder


def client_of(aws: EmbeddedAWS) -> Client:
    """AWS's own client for a service of the embedded AWS."""
    session = boto3.Session(
        aws_access_key_id=aws.environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=aws.environment["AWS_SECRET_ACCESS_KEY"],
        region_name=aws.environment["AWS_REGION"],
    )
    return lambda service: session.client(service, endpoint_url=aws.endpoint)


@pytest.fixture(scope="session")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The function `copy_of`, each time with another place."""
    return lambda folder: copy_of(folder, tmp_path_factory.mktemp("copy"))


@pytest.fixture(scope="session")
def plan_environment() -> dict[str, str]:
    """The environment of plans, which need no AWS: nothing of the caller's own set-up gets in."""
    environment = {name: value for name, value in cli_environment().items() if not name.startswith("AWS_")}
    return environment | {"AWS_EC2_METADATA_DISABLED": "true"}
