"""The list of a gathering: who was there, who was not, what was wrong, and its closing."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from pydantic import AwareDatetime

from services.network.domain.askers import STAFF
from services.network.domain.booking import GatheringOff
from services.network.domain.gathering_state import NOT_STATED, THERE, Gathering, Presence, Told, backgrounds, mix
from services.network.domain.member_commands import Background, Sector
from shared.chassis.declarations.access import Access
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.refusal import Refusal
from shared.events.days import local_day
from shared.events.network import (
    GatheringAttended,
    GatheringHeld,
    GatheringMissed,
    GatheringPresenceVoided,
    PresenceStatus,
)

PresenceEvent = GatheringAttended | GatheringMissed | GatheringPresenceVoided | GatheringHeld


class RecordPresence(Command):
    """Say of one person whether they were there. At the door they are asked what they did not state before."""

    asked_by: ClassVar[Access] = STAFF
    for_person: ClassVar[str | None] = "person_id"

    gathering_id: Key
    person_id: Key
    status: PresenceStatus
    mode: Literal["in-person", "online"] | None = None
    arrived: AwareDatetime | None = None
    left: AwareDatetime | None = None
    sector: Sector | None = None
    background: Background | None = None


class VoidPresence(Command):
    """What the list says of this person is wrong: let it count no longer. Then it can be entered anew."""

    asked_by: ClassVar[Access] = STAFF
    for_person: ClassVar[str | None] = "person_id"

    gathering_id: Key
    person_id: Key
    reason: Literal["wrong-person", "wrong-status", "entered-twice", "other"]


class CloseGathering(Command):
    """The gathering is over and its list complete: count who was there, by sector and by background."""

    asked_by: ClassVar[Access] = STAFF

    gathering_id: Key


class NotBegun(Refusal):
    """The gathering has not begun yet. Come back when it has."""


class ListClosed(Refusal):
    """The list of this gathering is closed."""


class NotExpected(Refusal):
    """This person had not booked: only who was expected can be missing. Who came without a booking has attended."""


class AlreadyRecorded(Refusal):
    """The list says something else about this person. A wrong entry is voided and entered anew."""


class LeftBeforeArriving(Refusal, kind="invalid"):
    """Somebody leaves after they arrive: correct one of the two times."""


def record(gathering: Gathering, command: RecordPresence, facts: Facts) -> Sequence[PresenceEvent]:
    """Return what is now known of this person. Raises the refusals of this module, and GatheringOff."""
    if command.arrived and command.left and command.left < command.arrived:
        raise LeftBeforeArriving(field="left")
    wanted = _presence(gathering, command)
    known = gathering.presences.get(command.person_id)
    if known == wanted:
        return []
    _must_be_open(gathering, facts)
    if known is not None:
        raise AlreadyRecorded(status=known.status)
    booked = command.person_id in gathering.booked
    told: dict[str, Any] = {
        "gathering_id": gathering.gathering_id,
        "person_id": command.person_id,
        "kind": gathering.kind,
        "on": local_day(gathering.starts_at, gathering.zone) if gathering.starts_at else local_day(facts.now),
    }
    if command.status in THERE:
        return [GatheringAttended(**told, **wanted.model_dump(), booked=booked)]
    if not booked:
        raise NotExpected(field="person_id")
    return [GatheringMissed(**told, sector=wanted.sector, background=wanted.background, status=wanted.status)]


def void(gathering: Gathering, command: VoidPresence, facts: Facts) -> Sequence[PresenceEvent]:
    """Return the voiding. Raises ListClosed, NotBegun and GatheringOff."""
    known = gathering.presences.get(command.person_id)
    if known is None:
        return []
    _must_be_open(gathering, facts)
    return [
        GatheringPresenceVoided(
            gathering_id=gathering.gathering_id,
            person_id=command.person_id,
            sector=known.sector,
            background=known.background,
            status=known.status,
            reason=command.reason,
        )
    ]


def close(gathering: Gathering, facts: Facts) -> Sequence[PresenceEvent]:
    """Return the closing with its numbers. Raises NotBegun and GatheringOff."""
    if gathering.status == "held":
        return []
    _must_be_open(gathering, facts)
    there = [presence for presence in gathering.presences.values() if presence.status in THERE]
    held = GatheringHeld(
        **gathering.meeting(),
        area=gathering.area,
        attended=len(there),
        missed=len(gathering.presences) - len(there),
        unrecorded=len(gathering.booked.keys() - gathering.presences.keys()),
        mix=mix(there),
        backgrounds=backgrounds(there),
    )
    return [held]


def _must_be_open(gathering: Gathering, facts: Facts) -> None:
    if gathering.status == "cancelled":
        raise GatheringOff
    if gathering.status == "held":
        raise ListClosed
    if not gathering.has_begun(facts.now):
        raise NotBegun(starts_at=gathering.starts_at)


def _presence(gathering: Gathering, command: RecordPresence) -> Presence:
    """What the list would say; sector and background as they were stated with the booking, or else at the door."""
    booked = gathering.booked.get(command.person_id, Told(sector=NOT_STATED))
    told: dict[str, Any] = {
        "sector": _stated(booked.sector, command.sector),
        "background": _stated(booked.background, command.background),
    }
    if command.status not in THERE:
        return Presence(**told, status=command.status)
    mode = command.mode or ("online" if gathering.mode == "online" else "in-person")
    return Presence(**told, status=command.status, mode=mode, arrived=command.arrived, left=command.left)


def _stated(*answers: str | None) -> str:
    return next((answer for answer in answers if answer and answer != NOT_STATED), NOT_STATED)
