"""What the tests of the embedded AWS share: AWS's own client for it."""

from __future__ import annotations

import pytest

from embedded.aws import EmbeddedAWS
from tests.modules.conftest import Client, client_of


@pytest.fixture(scope="session")
def client(embedded_aws: EmbeddedAWS) -> Client:
    """The function that makes AWS's client for a service."""
    return client_of(embedded_aws)
