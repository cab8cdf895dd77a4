"""The language of the four services, put together once."""

import pytest

from deploy.contracts.language import Language
from deploy.services import NAMES, manifest


@pytest.fixture(scope="session")
def language() -> Language:
    """Give what all services publish and read."""
    return Language([manifest(name) for name in NAMES])
