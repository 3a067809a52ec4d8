"""A policy file: bounded, UTF-8, with every problem in one message."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from pathlib import Path

import pytest

from lambda_cors_kit import CORSPolicy, PolicyError
from lambda_cors_kit.policy_file import MAX_POLICY_BYTES, PolicyFileError, read_policy_file

POLICY = {"allow_origins": ["https://app.example.com"], "max_age": 60}


def test_the_policy_in_it(tmp_path: Path) -> None:
    (tmp_path / "policy.json").write_text(json.dumps(POLICY))
    assert read_policy_file(tmp_path / "policy.json") == CORSPolicy(["https://app.example.com"], max_age=60)


def test_the_limit_is_in_bytes(tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    text = json.dumps(POLICY).encode()
    file.write_bytes(text.ljust(MAX_POLICY_BYTES))
    assert read_policy_file(file).max_age == 60
    file.write_bytes(text.ljust(MAX_POLICY_BYTES + 1))
    with pytest.raises(PolicyFileError, match=r"policy\.json is longer than 1000000 bytes"):
        read_policy_file(file)
    # Fewer characters than the limit, more bytes.
    file.write_bytes(("\N{SNOWMAN}" * (MAX_POLICY_BYTES // 2)).encode())
    with pytest.raises(PolicyFileError, match="is longer than"):
        read_policy_file(file)


def test_what_has_no_end_is_not_read_to_its_end(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    def feed() -> None:
        with contextlib.suppress(BrokenPipeError), (tmp_path / "pipe").open("wb", buffering=0) as pipe:
            while True:
                pipe.write(b" " * 65_536)

    feeding = threading.Thread(target=feed, daemon=True)
    feeding.start()
    with pytest.raises(PolicyFileError, match="is longer than"):
        read_policy_file(tmp_path / "pipe")
    feeding.join(10)
    assert not feeding.is_alive()


def test_what_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(PolicyFileError, match="cannot be read: no such file or directory"):
        read_policy_file(tmp_path / "absent.json")
    with pytest.raises(PolicyFileError, match="cannot be read: is a directory"):
        read_policy_file(tmp_path)
    (tmp_path / "utf-16.json").write_text(json.dumps(POLICY), encoding="utf-16")
    with pytest.raises(PolicyFileError, match=r"utf-16\.json is not UTF-8 text: a policy is JSON in UTF-8"):
        read_policy_file(tmp_path / "utf-16.json")


def test_every_problem_in_the_form_of_the_policys_own_error(tmp_path: Path) -> None:
    text = '{"allow_origins": ["https://app.example.com/"], "max_age": -1, "x": 1}'
    (tmp_path / "policy.json").write_text(text)
    with pytest.raises(PolicyError) as policy:
        CORSPolicy.from_json(text)
    with pytest.raises(PolicyFileError) as file:
        read_policy_file(tmp_path / "policy.json")
    head, *lines = str(file.value).splitlines()
    assert head == f"{tmp_path / 'policy.json'} has 3 problems:"
    assert lines == str(policy.value).splitlines()[1:]
    assert [line.rpartition("(")[2] for line in lines] == [f"{p.code})" for p in policy.value.problems]
