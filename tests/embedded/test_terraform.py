from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from embedded import ROOT
from embedded.aws import EmbeddedAWS
from embedded.mirror import PROVIDER, SETTING
from embedded.terraform import Terraform, cli_environment, error_text, find_terraform
from embedded.versions import Constraints, TerraformError, constraints, version_of

ROOT_MODULE = """
variable "retention" {
  type    = number
  default = 7
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/embedded/terraform"
  retention_in_days = var.retention
}

output "name" {
  value = aws_cloudwatch_log_group.this.name
}
"""


def stand_in(folder: Path, version: str = "1.11.4", says: str | None = None) -> dict[str, str]:
    """An environment whose only `terraform` is a script that tells a version."""
    folder.mkdir(parents=True, exist_ok=True)
    answer = says or f'{{"terraform_version": "{version}", "platform": "linux_amd64"}}'
    (folder / "terraform").write_text(f"#!/bin/sh\ncat <<'END'\n{answer}\nEND\n")
    (folder / "terraform").chmod(0o755)
    return {"PATH": f"{folder}:/usr/bin:/bin", "HOME": str(folder)}


@pytest.mark.parametrize(
    ("text", "version"), [("1.9", (1, 9)), ("1.10.0-rc1", (1, 10, 0)), ("5.100.0", (5, 100, 0))]
)
def test_versions_compare_by_number(text: str, version: tuple[int, ...]) -> None:
    assert version_of(text) == version


def test_the_supported_versions_stand_in_versions_tf() -> None:
    assert constraints() == Constraints(terraform=(1, 9), aws=(5, 100), aws_below=(7, 0))
    with pytest.raises(TerraformError, match="required_version"):
        constraints("terraform {}")


def test_missing_terraform_is_one_sentence_with_the_version(tmp_path: Path) -> None:
    with pytest.raises(TerraformError) as failure:
        find_terraform({"PATH": str(tmp_path)})
    assert re.fullmatch(r"Terraform 1\.9 or newer is needed and there is no .* on PATH: .*\.", str(failure.value))


@pytest.mark.parametrize("version", ["1.8.5", "0.15.0", "1.8.9-dev"])
def test_terraform_that_is_too_old_is_named_with_its_version(tmp_path: Path, version: str) -> None:
    with pytest.raises(TerraformError, match=f"1.9 or newer is needed, but .*/terraform is version {version}: "):
        find_terraform(stand_in(tmp_path, version))


@pytest.mark.parametrize("version", ["1.9.0", "1.10.0-rc1", "2.0.0"])
def test_terraform_that_is_new_enough_is_found(tmp_path: Path, version: str) -> None:
    installed = find_terraform(stand_in(tmp_path, version))
    assert (installed.version, installed.platform) == (version, "linux_amd64")
    assert installed.path == str(tmp_path / "terraform")


@pytest.mark.parametrize("says", ["no version is set", "[]", '{"terraform_version": "1.9.0"}'])
def test_terraform_that_tells_no_version_is_quoted(tmp_path: Path, says: str) -> None:
    with pytest.raises(TerraformError, match=re.escape(says)):
        find_terraform(stand_in(tmp_path, says=says))


def test_a_mirror_is_written_into_a_configuration(tmp_path: Path) -> None:
    (tmp_path / "opt/tools" / PROVIDER / "5.100.0/linux_amd64").mkdir(parents=True)
    settings = {"TF_CLI_CONFIG_FILE": str(tmp_path / "missing"), SETTING: f"{tmp_path}/opt/*"}
    environ = stand_in(tmp_path / "bin") | settings
    prepared = cli_environment(environ, build=tmp_path / "build", directory=tmp_path)
    assert prepared["TF_CLI_CONFIG_FILE"] == str(tmp_path / "build/terraformrc")
    assert str(tmp_path / "opt/tools") in (tmp_path / "build/terraformrc").read_text()


def test_without_a_mirror_terraform_downloads(tmp_path: Path) -> None:
    settings = {"TF_CLI_CONFIG_FILE": str(tmp_path / "missing"), "XDG_DATA_DIRS": "/missing", SETTING: ""}
    environ = stand_in(tmp_path) | settings
    prepared = cli_environment(environ, build=tmp_path / "build", directory=tmp_path)
    assert "TF_CLI_CONFIG_FILE" not in prepared
    assert not (tmp_path / "build").exists()


def test_the_users_configuration_is_kept_though_there_is_a_mirror(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / PROVIDER / "5.100.0/linux_amd64").mkdir(parents=True)
    (tmp_path / "mine.tfrc").touch()
    monkeypatch.chdir(tmp_path)
    environ = stand_in(tmp_path / "bin") | {"TF_CLI_CONFIG_FILE": "mine.tfrc", SETTING: str(tmp_path)}
    prepared = cli_environment(environ, build=tmp_path / "build", directory=tmp_path)
    assert prepared["TF_CLI_CONFIG_FILE"] == str(tmp_path / "mine.tfrc")
    assert not (tmp_path / "build").exists()


def test_settings_for_another_projects_terraform_stay_outside(tmp_path: Path) -> None:
    foreign = ["TF_CLI_ARGS", "TF_CLI_ARGS_plan", "TF_VAR_cors", "TF_WORKSPACE", "TF_DATA_DIR"]
    environ = stand_in(tmp_path) | dict.fromkeys(foreign, "x") | {"TF_PLUGIN_CACHE_DIR": "/cache", SETTING: ""}
    prepared = cli_environment(environ, build=tmp_path / "build", directory=tmp_path)
    assert not set(foreign) & set(prepared)
    assert prepared["TF_PLUGIN_CACHE_DIR"] == "/cache"


def test_error_text_is_what_terraform_said_without_its_frame() -> None:
    lines = ["Initializing...\n", "╷\n", "│ Error: Invalid value\n", "│ \n", "│   on main.tf line 1:\n", "╵\n"]
    assert error_text(lines) == "Error: Invalid value\n\n  on main.tf line 1:"
    assert error_text(["killed\n"]) == "killed"


def test_the_machines_report_is_one_line() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "embedded"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    assert re.fullmatch(r"Terraform [0-9.]+ \(.*\), providers by .*\n", answer.stdout)


def test_the_machines_report_fails_with_the_sentence_alone(tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "embedded"],
        cwd=ROOT,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr.startswith("Terraform 1.9 or newer is needed")
    assert answer.stderr.count("\n") == 1


def prepared(aws: EmbeddedAWS, folder: Path, home: Path | None) -> Terraform:
    environ = {name: value for name, value in aws.environment.items() if name != "HOME"}
    if home:
        home.mkdir()
        environ["HOME"] = str(home)
    (folder / "main.tf").write_text(ROOT_MODULE)
    return Terraform(folder, cli_environment(environ))


def test_without_a_home_the_provider_is_found_as_well(embedded_aws: EmbeddedAWS, tmp_path: Path) -> None:
    prepared(embedded_aws, tmp_path, None).init()
    assert (tmp_path / ".terraform.lock.hcl").is_file()


def test_a_root_module_lives_and_dies_with_an_empty_home(embedded_aws: EmbeddedAWS, tmp_path: Path) -> None:
    terraform = prepared(embedded_aws, tmp_path, tmp_path / "home")
    printed: list[str] = []
    terraform.progress = printed.append
    terraform.init()
    assert terraform.state() == {}
    terraform.apply()
    assert any(line.startswith("aws_cloudwatch_log_group.this: Creation complete") for line in printed)
    assert terraform.plan() is False
    assert terraform.outputs() == {"name": "/embedded/terraform"}
    assert [resource["type"] for resource in terraform.state()["resources"]] == ["aws_cloudwatch_log_group"]
    terraform.destroy()
    assert terraform.state()["resources"] == []


def test_a_failure_carries_terraforms_own_words(terraform_environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('output "x" {\n  value = 1 +\n}\n')
    with pytest.raises(
        TerraformError, match=r"(?s)terraform init failed:\nError: .*\nError: Invalid expression.*main.tf line 2"
    ):
        Terraform(tmp_path, terraform_environment).init()
    with pytest.raises(TerraformError, match=r"terraform output -json failed:\n"):
        Terraform(tmp_path, terraform_environment | {"TF_DATA_DIR": "/dev/null/x"}).outputs()


INTERRUPTED = """
import os
import sys
from pathlib import Path
import embedded.process
from embedded.terraform import Terraform
embedded.process.GRACE = 0.5
Terraform(Path(sys.argv[1]), os.environ, progress=lambda line: print(line, flush=True)).apply()
"""


def test_an_interrupted_command_ends_with_all_it_started(tmp_path: Path) -> None:
    """The stand-in for Terraform ignores the interrupt and has a child, as Terraform has its provider."""
    environ = stand_in(tmp_path) | {"PYTHONPATH": str(ROOT)}
    (tmp_path / "terraform").write_text("#!/bin/sh\ntrap '' INT\nsleep 300 &\necho $$ $!\nexec sleep 300\n")
    parent = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, str(tmp_path)], env=environ, stdout=subprocess.PIPE, text=True
    )
    with parent:
        assert parent.stdout is not None
        children = [int(word) for word in parent.stdout.readline().split()]
        assert len(children) == 2
        parent.send_signal(signal.SIGINT)
        parent.wait(30)
    assert not [child for child in children if alive(child)]


def alive(process_id: int) -> bool:
    """A killed child of another process may need a moment until its new parent has collected it."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            os.kill(process_id, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.05)
    return True
