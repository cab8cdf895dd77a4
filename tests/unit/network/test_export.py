"""The directory as a table: what the whole region may see, and nothing that a spreadsheet would carry out."""

import csv
from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any, cast

import pytest

from services.network.queries import COLUMNS, DirectoryQuestion, directory_export
from services.network.views.directory import DirectoryRow, Profile
from shared.chassis.declarations.query import QueryTools
from tests.unit.network.entries import CARD

ROW = DirectoryRow(
    member_id="m1",
    person_id="ann",
    region_joined="north-west",
    profile=Profile(background="carer", area="wirral", interests=("grief", "dementia")),
    consents={"name": "region", "phone": "all", "email": "group", "area": "region", "interests": "region"},
)


class Shelf:
    """Rows and cards as a query finds them."""

    def __init__(self, rows: Sequence[DirectoryRow], cards: Mapping[str, Mapping[str, Any]]) -> None:
        self.cards, self.held, self.asked = cards, rows, dict[str, str]()

    async def rows(self, _view: object, **equal: str) -> Sequence[DirectoryRow]:
        self.asked = equal
        return self.held

    async def card(self, person_id: str) -> Mapping[str, Any] | None:
        return self.cards.get(person_id)


async def table(shelf: Shelf, **question: Any) -> list[dict[str, str]]:
    answer = await directory_export(DirectoryQuestion(**question), cast("QueryTools", shelf))
    assert isinstance(answer.content, bytes)
    return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))


async def test_the_table_has_what_is_shared_with_the_region_and_no_more() -> None:
    (line,) = await table(Shelf([ROW], {"ann": CARD}))
    told = {"member_id": "m1", "name": CARD["name"], "phone": CARD["phone"], "area": "wirral"}
    assert line == {**dict.fromkeys(COLUMNS, ""), **told, "interests": "grief dementia"}


async def test_whoever_shares_nothing_or_has_no_card_any_more_is_not_in_the_table() -> None:
    silent = ROW.model_copy(update={"consents": {"name": "group"}})
    assert await table(Shelf([silent], {"ann": CARD})) == []
    assert await table(Shelf([ROW], {})) == []


async def test_the_table_is_looked_for_by_what_the_region_may_search() -> None:
    shelf = Shelf([], {})
    await table(shelf, area="wirral", interests="grief")
    assert shelf.asked == {"area": "wirral", "interests": "grief"}


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
async def test_a_name_that_looks_like_a_formula_stays_a_name(start: str) -> None:
    (line,) = await table(Shelf([ROW], {"ann": {**CARD, "name": f"{start}1+1"}}))
    assert line["name"] == f"'{start}1+1"
