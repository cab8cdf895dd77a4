"""What every acceptance test shares: one platform for the session, and a region of its own for each test."""

import hashlib
import re
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.acceptance_region import Region
from tests.support.asking import Asker
from tests.support.evidence_desk import Desk, evidence_desk
from tests.support.frail import Frail, frail_platform
from tests.support.platform import Platform, live_platform
from tests.support.settled_region import Settled, settle
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


@pytest.fixture(scope="session")
async def rough(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Platform]:
    """Give a second platform, on the same broker, whose topics a test may spoil: it is not audited."""
    async with live_platform(stack, tmp_path_factory.mktemp("rough"), f"b{secrets.token_hex(4)}") as live:
        yield live


@pytest.fixture(scope="session")
async def frail(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Frail]:
    """Give a platform on a broker and a database of its own, which a test may stop or freeze."""
    async with frail_platform(tmp_path_factory.mktemp("frail")) as live:
        yield live
        await live.platform.must_be_sound()


@pytest.fixture(scope="session")
async def here(platform: Platform) -> Settled:
    """Give a region in which there is one of everything; tests only look, or are refused."""
    return await settle(Region(platform, f"settled-{secrets.token_hex(3)}"))


@pytest.fixture(scope="session")
async def desk(platform: Platform) -> Desk:
    """Give a home that writes up evidence, with its reviewers."""
    return await evidence_desk(platform)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let those who need another platform come late, so that it does not run beside all tests.

    The look for personal data comes last: it looks through all that the others left.
    """
    items.sort(key=lambda item: ("test_V14" in item.name, "frail" in item.fixturenames, "rough" in item.fixturenames))  # type: ignore[attr-defined]  # every item here is a function


@pytest.fixture
async def asker(platform: Platform) -> AsyncIterator[Asker]:
    """Give a client that sends a request as it is."""
    async with Asker(platform.running.address) as ready:
        yield ready


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
