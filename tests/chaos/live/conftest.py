"""The platform of one test of faults: its own broker and database, its own services, and the figures at the end."""

from collections.abc import AsyncIterator

import pytest

from tests.chaos.live.conducting import Conductor
from tests.chaos.live.customers import Customers
from tests.chaos.live.figures import Figures
from tests.chaos.live.fleet import live_fleet

SEED = 1


@pytest.fixture
async def conductor(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Conductor]:
    async with live_fleet(tmp_path_factory.mktemp("fleet"), SEED) as fleet:
        customers, figures = Customers(fleet), Figures()
        try:
            yield Conductor(fleet, customers, figures)
        finally:
            await customers.end()
            figures.tell()
