from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.shoe_counter import Counter, shoe_counter


@pytest.fixture
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    async with shoe_counter(tmp_path) as open_counter:
        yield open_counter
