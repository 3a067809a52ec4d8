from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import pytest

from embedded import ROOT
from embedded.aws import EmbeddedAWS, EmbeddedAWSError


def roles(aws: EmbeddedAWS) -> list[str]:
    return [role["RoleName"] for role in iam(aws).list_roles()["Roles"]]


def address_of(aws: EmbeddedAWS) -> tuple[str, int]:
    address = urlsplit(aws.endpoint)
    return str(address.hostname), int(address.port or 0)


def iam(aws: EmbeddedAWS):  # type: ignore[no-untyped-def]  # noqa: ANN201 (boto3 makes its clients at run time)
    return boto3.client(
        "iam",
        endpoint_url=aws.endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def test_reset_forgets_what_was_created(tmp_path: Path) -> None:
    with EmbeddedAWS(build=tmp_path) as aws:
        iam(aws).create_role(RoleName="reader", AssumeRolePolicyDocument="{}")
        assert roles(aws) == ["reader"]
        aws.reset()
        assert roles(aws) == []


def test_an_answer_arrives_in_one_piece(tmp_path: Path) -> None:
    """The provider gives up on some answers whose body comes after the head, and asks again: a conflict."""
    with EmbeddedAWS(build=tmp_path) as aws, socket.create_connection(address_of(aws), timeout=30) as asking:
        asking.sendall(b"GET /moto-api/data.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        head, _, body = asking.recv(1 << 16).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert body


def test_managed_policies_can_be_attached(tmp_path: Path) -> None:
    policy = "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"
    with EmbeddedAWS(build=tmp_path) as aws:
        assert iam(aws).get_policy(PolicyArn=policy)["Policy"]["Arn"] == policy


def test_a_childs_aws_calls_end_here_and_nothing_is_inherited(tmp_path: Path) -> None:
    caller = {"PATH": "/bin", "AWS_CA_BUNDLE": "/ca", "AWS_PROFILE": "prod", "AWS_SESSION_TOKEN": "t"}
    with EmbeddedAWS(build=tmp_path, environ=dict(os.environ) | caller) as aws:
        environment = aws.environment
        assert {name for name in environment if name.startswith("AWS_")} == {
            "AWS_ENDPOINT_URL",
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_REGION",
            "AWS_DEFAULT_REGION",
            "AWS_CONFIG_FILE",
            "AWS_SHARED_CREDENTIALS_FILE",
            "AWS_EC2_METADATA_DISABLED",
        }
        assert environment["PATH"] == "/bin"
        asked = subprocess.run(
            [sys.executable, "-c", "import boto3; print(boto3.client('sts').get_caller_identity()['Account'])"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert asked.stdout.strip() == "123456789012", asked.stderr


def test_it_is_gone_afterwards_and_so_is_its_log(tmp_path: Path) -> None:
    with EmbeddedAWS(build=tmp_path) as aws:
        endpoint = aws.endpoint
        assert len(list((tmp_path / "logs").iterdir())) == 1
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(endpoint, timeout=5)
    with pytest.raises(EmbeddedAWSError, match="`with` statement"):
        _ = aws.endpoint
    assert list((tmp_path / "logs").iterdir()) == []


def fail_inside(build: Path, endpoints: list[str]) -> None:
    with EmbeddedAWS(build=build) as aws:
        endpoints.append(aws.endpoint)
        raise ZeroDivisionError


def test_it_is_gone_and_the_log_is_kept_when_the_work_failed(tmp_path: Path) -> None:
    endpoints: list[str] = []
    with pytest.raises(ZeroDivisionError):
        fail_inside(tmp_path, endpoints)
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(endpoints[0], timeout=5)
    assert len(list((tmp_path / "logs").iterdir())) == 1


KILLED = """
import sys, time
from pathlib import Path
from embedded import ROOT
from embedded.aws import EmbeddedAWS
with EmbeddedAWS(build=Path(sys.argv[1])) as aws:
    print(aws.endpoint, flush=True)
    time.sleep(300)
"""


def test_a_killed_parent_leaves_no_server_behind(tmp_path: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        endpoint = parent.stdout.readline().strip()
        with urllib.request.urlopen(f"{endpoint}/moto-api/", timeout=5) as answer:
            assert answer.status == 200
        parent.kill()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and is_up(endpoint):
        time.sleep(0.05)
    assert not is_up(endpoint)


def is_up(endpoint: str) -> bool:
    try:
        with urllib.request.urlopen(f"{endpoint}/moto-api/", timeout=5):
            return True
    except OSError:
        return False


def test_a_server_that_cannot_start_is_quoted(tmp_path: Path) -> None:
    (tmp_path / "moto").mkdir()
    (tmp_path / "moto/__init__.py").write_text("")
    environ = dict(os.environ) | {"PYTHONPATH": str(tmp_path)}
    with pytest.raises(EmbeddedAWSError, match=r"(?s)ended with status 1:.*moto.server.*Its log is"):
        EmbeddedAWS(build=tmp_path, environ=environ).__enter__()
