"""A register that was taken offline comes in from its device: days late, in any order, more than once.

Each upload has a nonce of its device, each entry the time by that device's clock. Whatever can be taken is taken, the
rest is reported and lost nowhere. Of what devices say of one person the latest by their clocks holds, so that every
order of uploads comes to the same end. What somebody entered here by hand is not overruled by a device; an absence
that nobody stated is.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.enrolment.domain import register
from services.enrolment.domain.askers import STAFF
from services.enrolment.domain.register import AlreadyRecorded, RecordAttendance
from services.enrolment.domain.signing import amending
from services.enrolment.domain.voiding import voided
from services.enrolment.domain.workshop_changes import WorkshopEvent, evolve
from services.enrolment.domain.workshop_state import Attendance, Workshop, WorkshopFacts
from shared.chassis.declarations.access import Access
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.refusal import Kind, Refusal
from shared.events.enrolment import AmendReason, HeldEntry, RegisterSynced, WorkshopAttended, WorkshopMissed

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


class ClockAhead(Refusal):
    """By its own clock the device noted this in the future. Set its clock, and send it again with the right time."""

    kind: ClassVar[Kind] = "invalid"


class Superseded(Refusal):
    """A device noted something else about this person later."""


def sync(workshop: Workshop, command: SyncRegister, facts: WorkshopFacts) -> Sequence[WorkshopEvent]:
    """Return what is new, and how many entries were new, known, and held back with the reason."""
    if f"{command.device_id}/{command.upload}" in workshop.uploads:
        return []
    state, events, held, created = workshop, list[WorkshopEvent](), list[HeldEntry](), 0
    for entry in sorted(command.entries, key=lambda entry: entry.taken_at):
        try:
            new = _enter(state, command, entry, facts)
        except Refusal as no:
            told = entry.model_dump(include={"enrolment_id", "person_id", "status", "taken_at"})
            held.append(HeldEntry(**told, why=no.code()))
            continue
        created += bool(new)
        for event in new:
            state = evolve(state, event)
        events += new
    known = len(command.entries) - created - len(held)
    told = command.model_dump(include={"device_id", "upload"}) | workshop.place
    return [*events, RegisterSynced(**told, created=created, known=known, held_back=tuple(held))]


def _enter(
    workshop: Workshop, command: SyncRegister, entry: DeviceEntry, facts: WorkshopFacts
) -> Sequence[WorkshopEvent]:
    if entry.taken_at > facts.now + CLOCKS_DIFFER:
        raise ClockAhead
    asked = RecordAttendance(workshop_id=workshop.workshop_id, **entry.model_dump(exclude={"taken_at"}))
    known = workshop.attendances.get(entry.person_id)
    if known is None or register.says_the_same(known, asked, workshop):
        return _taken(workshop, asked, command, entry, facts)
    _must_be_newer(known, command, entry)
    register.must_be_open(workshop, asked, facts)
    void = voided(workshop, known, "register-says-otherwise")
    taken = _taken(evolve(workshop, void), asked, command, entry, facts)
    return [*amending(workshop, [void], command.reason, facts), *taken]


def _must_be_newer(known: Attendance, command: SyncRegister, entry: DeviceEntry) -> None:
    if known.assumed:
        return
    if known.taken_at is None:
        raise AlreadyRecorded
    if (entry.taken_at, command.device_id) <= (known.taken_at, known.device_id or ""):
        raise Superseded


def _taken(
    workshop: Workshop, asked: RecordAttendance, command: SyncRegister, entry: DeviceEntry, facts: WorkshopFacts
) -> Sequence[WorkshopEvent]:
    source = {"device_id": command.device_id, "taken_at": entry.taken_at}
    found = [
        event.model_copy(update=source) if isinstance(event, WorkshopAttended | WorkshopMissed) else event
        for event in register.record(workshop, asked, facts)
    ]
    return amending(workshop, found, command.reason, facts)
