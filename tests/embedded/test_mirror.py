from __future__ import annotations

import os
import pwd
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded.mirror import (
    DEFAULT,
    PROVIDER,
    SETTING,
    find_mirror,
    holds_provider,
    home,
    implied_mirrors,
    named_mirrors,
    own_configuration,
    write_configuration,
)
from embedded.versions import Constraints

NEEDED = Constraints(terraform=(1, 9), aws=(5, 100), aws_below=(7, 0))
PLATFORM = "linux_amd64"


def unpacked(mirror: Path, version: str = "5.100.0", platform: str = PLATFORM) -> Path:
    (mirror / PROVIDER / version / platform).mkdir(parents=True)
    return mirror


def packed(mirror: Path, version: str = "5.100.0", platform: str = PLATFORM) -> Path:
    (mirror / PROVIDER).mkdir(parents=True)
    (mirror / PROVIDER / f"terraform-provider-aws_{version}_{platform}.zip").touch()
    return mirror


def found(tmp_path: Path, environ: dict[str, str], *patterns: str) -> Path | None:
    fenced = {"HOME": str(tmp_path / "empty"), "XDG_DATA_DIRS": str(tmp_path / "none")} | environ
    fenced[SETTING] = ":".join(f"{tmp_path}/{pattern}" for pattern in patterns)
    return find_mirror(fenced, PLATFORM, directory=tmp_path / "root", needed=NEEDED)


@pytest.mark.parametrize("layout", [unpacked, packed])
@pytest.mark.parametrize(
    ("version", "platform", "expected"),
    [
        ("5.100.0", PLATFORM, True),
        ("6.28.1", PLATFORM, True),
        ("5.99.1", PLATFORM, False),
        ("7.0.0", PLATFORM, False),
        ("6.0.0-beta1", PLATFORM, False),
        ("5.100.0", "darwin_arm64", False),
    ],
)
def test_a_mirror_counts_only_with_a_supported_version_for_this_platform(
    tmp_path: Path, layout: object, version: str, platform: str, expected: bool
) -> None:
    assert callable(layout)
    layout(tmp_path, version, platform)
    assert holds_provider(tmp_path, PLATFORM, NEEDED) is expected


def test_a_folder_without_the_provider_is_no_mirror(tmp_path: Path) -> None:
    assert not holds_provider(tmp_path, PLATFORM, NEEDED)
    assert not holds_provider(tmp_path / "missing", PLATFORM, NEEDED)
    (tmp_path / PROVIDER).mkdir(parents=True)
    assert not holds_provider(tmp_path, PLATFORM, NEEDED)


def test_implied_mirrors_in_terraforms_order(tmp_path: Path) -> None:
    environ = {"HOME": "/h", "XDG_DATA_HOME": "/d", "XDG_DATA_DIRS": "/a:relative:/b"}
    assert [path for path in implied_mirrors(environ, tmp_path) if "Library" not in path.parts] == [
        tmp_path / "terraform.d/plugins",
        Path("/h/.terraform.d/plugins"),
        Path("/d/terraform/plugins"),
        Path("/a/terraform/plugins"),
        Path("/b/terraform/plugins"),
    ]


def test_implied_mirrors_by_default(tmp_path: Path) -> None:
    assert implied_mirrors({"HOME": "/h"}, tmp_path)[-3:] == [
        Path("/h/.local/share/terraform/plugins"),
        Path("/usr/local/share/terraform/plugins"),
        Path("/usr/share/terraform/plugins"),
    ]


@pytest.mark.parametrize("environ", [{}, {"HOME": ""}])
def test_without_home_the_account_decides(monkeypatch: pytest.MonkeyPatch, environ: dict[str, str]) -> None:
    account = pwd.struct_passwd(("kit", "x", 1, 1, "", "/accounts/kit", "/bin/sh"))
    monkeypatch.setattr("embedded.mirror.pwd.getpwuid", lambda _: account)
    assert home(environ) == Path("/accounts/kit")


def test_without_home_and_account_the_rest_is_searched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def unknown(_: int) -> None:
        raise KeyError("no such user")

    monkeypatch.setattr("embedded.mirror.pwd.getpwuid", unknown)
    assert home({}) is None
    assert implied_mirrors({}, tmp_path)[0] == tmp_path / "terraform.d/plugins"
    assert own_configuration({}) is None


@pytest.mark.parametrize(
    ("place", "variable"),
    [
        ("root/terraform.d/plugins", None),
        ("home/.terraform.d/plugins", "HOME"),
        ("home/.local/share/terraform/plugins", "HOME"),
        ("data/terraform/plugins", "XDG_DATA_HOME"),
        ("data/terraform/plugins", "XDG_DATA_DIRS"),
    ],
)
def test_each_implied_mirror_is_found_and_goes_before_the_setting(
    tmp_path: Path, place: str, variable: str | None
) -> None:
    mirror = unpacked(tmp_path / place)
    unpacked(tmp_path / "opt/add-on")
    environ = {variable: str(tmp_path / Path(place).parts[0])} if variable else {}
    assert found(tmp_path, environ, "opt/*") == mirror


def test_an_unusable_implied_mirror_is_passed_over(tmp_path: Path) -> None:
    unpacked(tmp_path / "root/terraform.d/plugins", "4.67.0")
    mirror = packed(tmp_path / "opt/add-on", "6.1.0")
    assert found(tmp_path, {}, "opt/*") == mirror


def test_without_a_mirror_nothing_is_found(tmp_path: Path) -> None:
    unpacked(tmp_path / "opt/old", "4.67.0")
    assert found(tmp_path, {}, "opt/*", "missing") is None


def named(setting: str) -> list[Path]:
    return list(named_mirrors({SETTING: setting}))


def test_the_setting_names_folders_and_patterns_in_its_order(tmp_path: Path) -> None:
    deep, shallow, other = (unpacked(tmp_path / name) for name in ("a/1/2", "a/tools", "b"))
    assert named(f"{tmp_path}/b:{tmp_path}/a/*/*:{tmp_path}/a/*:{tmp_path}/a") == [other, deep, shallow]


@pytest.mark.parametrize("nothing", ["", ":", "/missing/folder"])
def test_a_setting_that_names_nothing_finds_nothing(nothing: str) -> None:
    assert named(nothing) == []


def test_without_the_setting_add_ons_are_searched_some_levels_deep_the_shallowest_first() -> None:
    patterns = DEFAULT.split(":")
    assert patterns[:2] == ["/opt", "/usr/local"]
    assert [pattern for pattern in patterns if pattern.startswith("/opt")] == [
        "/opt", "/opt/*", "/opt/*/*", "/opt/*/*/*", "/opt/*/*/*/*"
    ]  # fmt: skip
    assert [pattern.count("*") for pattern in patterns] == sorted(pattern.count("*") for pattern in patterns)


def test_links_are_followed(tmp_path: Path) -> None:
    mirror = unpacked(tmp_path / "elsewhere/mirror")
    root = tmp_path / "opt"
    root.mkdir()
    (root / "linked").symlink_to(mirror)
    (root / "loop").symlink_to(root)
    assert named(f"{root}/*") == [root / "linked"]


def test_a_folder_that_may_not_be_read_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locked = unpacked(tmp_path / "locked/below").parent
    mirror = unpacked(tmp_path / "open/below")
    scandir = os.scandir

    def refuse(folder: str) -> Iterator[os.DirEntry[str]]:
        if Path(folder) == locked:
            raise PermissionError(13, "Permission denied", folder)
        return scandir(folder)

    monkeypatch.setattr("glob.os.scandir", refuse)
    assert named(f"{tmp_path}/*/*") == [mirror]


def test_the_users_configuration_wins_if_it_exists(tmp_path: Path) -> None:
    chosen = tmp_path / "chosen.tfrc"
    environ = {"HOME": str(tmp_path), "TF_CLI_CONFIG_FILE": str(chosen)}
    assert own_configuration(environ) is None
    chosen.touch()
    assert own_configuration(environ) == chosen


def test_a_terraformrc_wins_if_it_says_where_providers_come_from(tmp_path: Path) -> None:
    implicit = tmp_path / ".terraformrc"
    environ = {"HOME": str(tmp_path), "TF_CLI_CONFIG_FILE": str(tmp_path / "missing")}
    implicit.write_text("disable_checkpoint = true\n# provider_installation is elsewhere\n")
    assert own_configuration(environ) is None
    implicit.write_text("provider_installation {\n  direct {}\n}\n")
    assert own_configuration(environ) == implicit


def test_the_written_configuration_names_the_mirror(tmp_path: Path) -> None:
    path = write_configuration(Path('/mirrors/of "mine"'), tmp_path / "build")
    assert path == tmp_path / "build/terraformrc"
    assert '    path    = "/mirrors/of \\"mine\\""\n' in path.read_text()
    assert [entry.name for entry in path.parent.iterdir()] == ["terraformrc"]
