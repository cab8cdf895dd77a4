"""Envelopes, viewers and folds for the tests of the directory."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from services.network.views.directory import DIRECTORY, DirectoryEvent, DirectoryRow
from shared.chassis.declarations.envelope import Envelope
from shared.chassis.declarations.facts import Actor

REGION = "north-west"
CARD = {"name": "Ann Carer", "email": "ann@care.example", "phone": "020 7946 0018", "job_title": "Nurse"}


def envelope(region: str = REGION) -> Envelope:
    return Envelope(
        id="e1",
        type="t",
        source="s",
        subject="member-m1",
        sequence=1,
        time=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
        region=region,
        key="member-m1",
        correlation_id="c1",
        causation_id="c1",
    )


def viewer(person_id: str, *regions: str) -> Actor:
    return Actor(kind="person", id=person_id, roles=frozenset({"member"}), regions=frozenset(regions))


ANN = viewer("ann", REGION)
NEIGHBOUR = viewer("ben", REGION)
STRANGER = viewer("cat", "wales")


def row_after(events: Iterable[DirectoryEvent]) -> DirectoryRow | None:
    row: DirectoryRow | None = None
    for event in events:
        row = DIRECTORY.next_row(row, event, envelope())
    return row


def shown(row: DirectoryRow | None, who: Actor, card: Mapping[str, Any] | None = None) -> Mapping[str, Any] | None:
    """What this viewer sees, by the declared view."""
    assert DIRECTORY.present is not None
    return None if row is None else DIRECTORY.present(row, CARD if card is None else card, who)
