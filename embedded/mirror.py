"""Where Terraform's AWS provider comes from on a machine that may not reach the Terraform registry."""

from __future__ import annotations

import glob
import json
import os
import pwd
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import chain
from pathlib import Path

from embedded import BUILD, ROOT
from embedded.versions import Constraints, constraints, version_of

PROVIDER = "registry.terraform.io/hashicorp/aws"
# The setting: where a mirror is looked for after Terraform's implied ones, as folders separated by colons. `*` is
# one level; empty means nowhere else.
SETTING = "LAMBDA_CORS_KIT_PROVIDER_MIRRORS"
# Where people and packages put add-on software, down to four levels, the shallowest first.
DEFAULT = ":".join(
    f"{root}{'/*' * level}"
    for level in range(5)
    for root in ("/opt", "/usr/local", "/usr/share", "/usr/lib", "/var/lib", "/srv")
)


def home(environ: Mapping[str, str]) -> Path | None:
    """Return the home folder as Terraform finds it: HOME, else the account's entry, else None."""
    if environ.get("HOME"):
        return Path(environ["HOME"])
    try:
        return Path(pwd.getpwuid(os.getuid()).pw_dir)
    except KeyError:
        return None


def implied_mirrors(environ: Mapping[str, str], directory: Path = ROOT) -> list[Path]:
    """Return Terraform's implied mirror directories for a run in `directory`, in its own order.

    https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories
    """
    account = home(environ)
    library = Path("Library/Application Support/io.terraform/plugins")
    found = [directory / "terraform.d/plugins"]
    if account:
        found += [account / ".terraform.d/plugins", account / library]
    found.append("/" / library)
    data_home = environ.get("XDG_DATA_HOME") or (str(account / ".local/share") if account else "")
    data = [data_home, *(environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":")]
    # The XDG specification: a path that is not absolute is ignored.
    return found + [Path(name) / "terraform/plugins" for name in data if name.startswith("/")]


def named_mirrors(environ: Mapping[str, str]) -> Iterator[Path]:
    """Yield the folders of the setting that hold the provider, in its order."""
    for pattern in filter(None, environ.get(SETTING, DEFAULT).split(":")):
        # A folder that may not be read is passed over.
        for provider in sorted(glob.iglob(f"{pattern}/{PROVIDER}")):
            yield Path(provider.removesuffix(f"/{PROVIDER}"))


def holds_provider(mirror: Path, platform: str, needed: Constraints) -> bool:
    """Tell whether a mirror has a supported AWS provider for `platform`, unpacked or packed.

    https://developer.hashicorp.com/terraform/cli/config/config-file#filesystem_mirror
    """
    folder = mirror / PROVIDER
    versions: set[str] = set()
    with suppress(OSError):
        versions |= {found.parent.name for found in folder.glob(f"*/{platform}") if found.is_dir()}
        packed = folder.glob(f"terraform-provider-aws_*_{platform}.zip")
        versions |= {found.name.split("_")[1] for found in packed}
    # Terraform never selects a pre-release for a range.
    released = [version_of(name) for name in versions if re.fullmatch(r"[0-9.]+", name)]
    return any(needed.aws <= version < needed.aws_below for version in released)


def find_mirror(
    environ: Mapping[str, str],
    platform: str,
    *,
    directory: Path = ROOT,
    needed: Constraints | None = None,
) -> Path | None:
    """Return the first folder that can serve the AWS provider; None means that Terraform must download it."""
    needed = needed or constraints()
    candidates = chain(implied_mirrors(environ, directory), named_mirrors(environ))
    usable = (mirror.absolute() for mirror in candidates if holds_provider(mirror, platform, needed))
    return next(usable, None)


def own_configuration(environ: Mapping[str, str]) -> Path | None:
    """Return the user's own CLI configuration if it decides where providers come from.

    That is an existing file named by TF_CLI_CONFIG_FILE, or a .terraformrc with provider_installation.
    """
    named = environ.get("TF_CLI_CONFIG_FILE")
    if named and Path(named).is_file():
        return Path(named).absolute()
    account = home(environ)
    implicit = account / ".terraformrc" if account else None
    with suppress(OSError):
        if implicit and re.search(r"(?m)^\s*provider_installation\b", implicit.read_text(errors="replace")):
            return implicit
    return None


def write_configuration(mirror: Path, build: Path = BUILD) -> Path:
    """Write a CLI configuration that installs the AWS provider from `mirror`, any other one as usual."""
    build.mkdir(parents=True, exist_ok=True)
    # Written aside and renamed: another process may be reading the same file.
    draft = build / f"terraformrc.{os.getpid()}"
    draft.write_text(
        f"""disable_checkpoint = true

provider_installation {{
  filesystem_mirror {{
    path    = {json.dumps(str(mirror), ensure_ascii=False)}
    include = ["{PROVIDER}"]
  }}
  direct {{
    exclude = ["{PROVIDER}"]
  }}
}}
"""
    )
    return draft.replace(build / "terraformrc")
