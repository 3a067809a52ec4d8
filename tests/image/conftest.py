"""The tests of this folder need root, buildah, debootstrap and minutes: they run only where they are named."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the folder out unless the command line names it, as `make test-image` does."""
    start = config.invocation_params.dir
    named = [(start / argument.partition("::")[0]).resolve() for argument in config.args]
    inside = HERE in (collection_path.resolve(), *collection_path.resolve().parents)
    return True if inside and not any(HERE in (path, *path.parents) for path in named) else None
