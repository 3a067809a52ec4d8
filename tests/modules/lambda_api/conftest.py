"""A place beside a copy of the modules, for the roots that these tests write."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.modules.conftest import Copy


@pytest.fixture(scope="session")
def modules_copy(copied: Copy) -> Path:
    """A folder that holds a copy of modules/."""
    return copied("modules").parent
