"""What every acceptance test shares: one platform for the session, and a region of its own for each test."""

import hashlib
import re
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.acceptance_region import Region
from tests.support.platform import Platform, live_platform
from tests.support.stack import Stack


@pytest.fixture(scope="session")
async def platform(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Platform]:
    """Give four live services, for the whole session; the audit must be clean when all tests are done.

    Tests run one after another and read the time from `platform.now()`, so one may move the clock forward.
    """
    folder: Path = tmp_path_factory.mktemp("platform")
    async with live_platform(stack, folder, f"a{secrets.token_hex(4)}") as live:
        yield live
        await live.must_be_sound()


@pytest.fixture
async def region(request: pytest.FixtureRequest, platform: Platform) -> Region:
    """Give the test a region that nobody else uses, named after the test."""
    return Region(platform, region_name(request.node.name))


@pytest.fixture(autouse=True)
async def sound(region: Region) -> AsyncIterator[None]:
    """Hold every promise of the journals to account after each test, and let nothing be parked."""
    yield
    await region.platform.must_be_sound(region.name)


def region_name(test: str) -> str:
    """A region's id from a test's name: short, and unlike any other."""
    words = re.sub(r"[^a-z0-9]+", "-", test.lower().removeprefix("test_")).strip("-")
    return f"{words[:24].rstrip('-')}-{hashlib.sha256(test.encode()).hexdigest()[:6]}"
