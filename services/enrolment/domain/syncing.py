"""A register that was taken offline comes in from its device: days late, in any order, more than once.

Each upload has a nonce of its device, each entry the time by that device's clock. Whatever can be taken is taken, the
rest is reported and lost nowhere. Of what devices say of one person the latest by their clocks holds, so that every
order of uploads comes to the same end. What somebody entered here by hand is not overruled by a device; an absence
that nobody stated is.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.enrolment.domain import register
from services.enrolment.domain.askers import STAFF
from services.enrolment.domain.register import AlreadyRecorded, RecordAttendance
from services.enrolment.domain.signing import amending
from services.enrolment.domain.voiding import voided
from services.enrolment.domain.workshop_changes import WorkshopEvent, evolve
from services.enrolment.domain.workshop_state import THERE, Attendance, Workshop, WorkshopFacts
from shared.chassis.declarations.access import Access
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.refusal import Refusal
from shared.chassis.declarations.state import replace
from shared.events.enrolment import (
    AmendReason,
    ConfirmedEntry,
    HeldEntry,
    RegisterSynced,
    WorkshopAttended,
    WorkshopMissed,
)
from shared.events.values import Value

CLOCKS_DIFFER = timedelta(minutes=5)
"""So far ahead may a device's clock be before its times are not believed."""


class DeviceEntry(BaseModel):
    """What a device noted of one person, and when by its own clock."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enrolment_id: Key
    person_id: Key
    status: Literal["attended", "part", "apologies", "absent"]
    taken_at: AwareDatetime
    mode: Literal["in-person", "online"] | None = None
    arrived: AwareDatetime | None = None
    left: AwareDatetime | None = None


class SyncRegister(Command):
    """Take over what a device noted while it was offline. `upload` is a word of the device's own for this sending.

    A signed register takes nothing without a reason.
    """

    asked_by: ClassVar[Access] = STAFF

    workshop_id: Key
    device_id: Key
    upload: Key
    entries: Annotated[tuple[DeviceEntry, ...], Field(min_length=1, max_length=500)]
    reason: AmendReason | None = None


class ClockAhead(Refusal, kind="invalid"):
    """By its own clock the device noted this in the future. Set its clock, and send it again with the right time."""


class Superseded(Refusal):
    """A device noted something else about this person later."""


class Taken(Value):
    """How far an upload was taken: what the register says by then, what happened, what was held back."""

    workshop: Workshop
    events: tuple[WorkshopEvent, ...] = ()
    created: int = 0
    held_back: tuple[HeldEntry, ...] = ()
    confirmed: Mapping[str, datetime] = {}


def sync(workshop: Workshop, command: SyncRegister, facts: WorkshopFacts) -> Sequence[WorkshopEvent]:
    """Return what is new, and how many entries were new, known, and held back with the reason."""
    if f"{command.device_id}/{command.upload}" in workshop.uploads:
        return []
    taken = Taken(workshop=workshop)
    for entry in sorted(command.entries, key=lambda entry: entry.taken_at):
        try:
            taken = _take(taken, command, entry, facts)
        except Refusal as no:
            told = entry.model_dump(include={"enrolment_id", "person_id", "status", "taken_at"})
            held = HeldEntry(**told, why=no.code())
            taken = taken.model_copy(update={"held_back": (*taken.held_back, held)})
    return [*taken.events, _synced(taken, command)]


def _synced(taken: Taken, command: SyncRegister) -> RegisterSynced:
    source = command.model_dump(include={"device_id", "upload"}) | taken.workshop.place
    seen = (ConfirmedEntry(person_id=person_id, taken_at=at) for person_id, at in taken.confirmed.items())
    return RegisterSynced(
        **source,
        created=taken.created,
        known=len(command.entries) - taken.created - len(taken.held_back),
        held_back=taken.held_back,
        confirmed=tuple(seen),
    )


def _take(taken: Taken, command: SyncRegister, entry: DeviceEntry, facts: WorkshopFacts) -> Taken:
    """Return how far it is taken with this entry. Raises the refusal that is the reason why it is not."""
    if entry.taken_at > facts.now + CLOCKS_DIFFER:
        raise ClockAhead
    workshop = taken.workshop
    asked = RecordAttendance(workshop_id=workshop.workshop_id, **entry.model_dump(exclude={"taken_at"}))
    known = workshop.attendances.get(entry.person_id)
    if known is not None and register.says_the_same(known, asked, workshop):
        return _confirmed(taken, known, command, entry)
    before = [] if known is None else _overruling(workshop, known, asked, command, entry, facts)
    new = [*before, *_entered(reduce(evolve, before, workshop), asked, command, entry, facts)]
    confirmed = {person_id: at for person_id, at in taken.confirmed.items() if person_id != entry.person_id}
    return Taken(
        workshop=reduce(evolve, new, workshop),
        events=(*taken.events, *new),
        created=taken.created + 1,
        held_back=taken.held_back,
        confirmed=confirmed,
    )


def _confirmed(taken: Taken, known: Attendance, command: SyncRegister, entry: DeviceEntry) -> Taken:
    """Return that this was seen later: an entry from in between must not take its place."""
    by_hand = known.taken_at is None and not known.assumed
    if by_hand or not _newer(known, command, entry, taken.workshop):
        return taken
    seen = {"assumed": False, "taken_at": entry.taken_at, "device_id": command.device_id}
    attendances = {**taken.workshop.attendances, entry.person_id: known.model_copy(update=seen)}
    workshop = replace(taken.workshop, attendances=attendances)
    confirmed = {**taken.confirmed, entry.person_id: entry.taken_at}
    return taken.model_copy(update={"workshop": workshop, "confirmed": confirmed})


def _overruling(  # noqa: PLR0913 - what the register says, and what the device says
    workshop: Workshop,
    known: Attendance,
    asked: RecordAttendance,
    command: SyncRegister,
    entry: DeviceEntry,
    facts: WorkshopFacts,
) -> Sequence[WorkshopEvent]:
    """Return that what the register says holds no more. Raises what speaks against it."""
    if known.taken_at is None and not known.assumed:
        raise AlreadyRecorded
    if not _newer(known, command, entry, workshop):
        raise Superseded
    register.must_be_open(workshop, asked, facts)
    return amending(workshop, [voided(workshop, known, "register-says-otherwise")], command.reason, facts)


def _entered(
    workshop: Workshop, asked: RecordAttendance, command: SyncRegister, entry: DeviceEntry, facts: WorkshopFacts
) -> Sequence[WorkshopEvent]:
    source = {"device_id": command.device_id, "taken_at": entry.taken_at}
    found = [
        event.model_copy(update=source) if isinstance(event, WorkshopAttended | WorkshopMissed) else event
        for event in register.record(workshop, asked, facts)
    ]
    return amending(workshop, found, command.reason, facts)


def _newer(known: Attendance, command: SyncRegister, entry: DeviceEntry, workshop: Workshop) -> bool:
    said = entry.model_dump() | {"device_id": command.device_id}
    return known.assumed or _rank(said, workshop) > _rank(known.model_dump(), workshop)


def _rank(said: Mapping[str, Any], workshop: Workshop) -> tuple[str, ...]:
    """Return what decides between two entries: the later by the clocks; of the same time always the same one."""
    mode = (said["mode"] or workshop.mode) if said["status"] in THERE else ""
    taken_at = said["taken_at"].astimezone(UTC).isoformat() if said["taken_at"] else ""
    return (taken_at, said["device_id"] or "", said["status"], mode, str(said["arrived"]), str(said["left"]))
