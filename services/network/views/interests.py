"""Who would come to what, before there is a date: for those who look for venues and times, and for oneself."""

from collections.abc import Mapping
from typing import Any

from services.network.domain.askers import ONESELF, STAFF
from shared.chassis.declarations.facts import Actor
from shared.chassis.declarations.view import Row, View
from shared.events.network import GatheringInterestExpressed, GatheringInterestWithdrawn, GatheringKind, TimeOfDay


class InterestRow(Row):
    """One person who would come to one kind of gathering in one area."""

    interest_id: str
    person_id: str
    kind: GatheringKind
    area: str
    suits: tuple[TimeOfDay, ...]


def interest_row(
    row: InterestRow | None, event: GatheringInterestExpressed | GatheringInterestWithdrawn
) -> InterestRow | None:
    """The row after this event; who took it back is listed no more."""
    del row
    if isinstance(event, GatheringInterestWithdrawn):
        return None
    return InterestRow.model_validate(event.model_dump())


def present_interest(row: InterestRow, card: Mapping[str, Any] | None, viewer: Actor) -> Mapping[str, Any]:
    """The row with the person's name: whoever finds a date tells them."""
    del viewer
    return {**row.model_dump(mode="json"), "name": (card or {}).get("name")}


INTERESTS = View(
    path="gathering-interests",
    key=lambda event: event.interest_id,
    fold=interest_row,
    read_by=STAFF | ONESELF,
    filters=("kind", "area", "suits"),
    order="area",
    person="person_id",
    card="person_id",
    present=present_interest,
)
