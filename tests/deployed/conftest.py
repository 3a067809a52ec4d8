"""What is deployed is compared by `check`, so these tests run it too."""

from tests.check.conftest import check_fixture, site_fixture

__all__ = ["check_fixture", "site_fixture"]
