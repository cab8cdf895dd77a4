"""A facilitator signs the closed register; whoever changes it afterwards says why, and that is on record too.

Somebody who catches up later changes nothing of what was signed.
"""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import ClassVar, TypeVar

from services.enrolment.domain.askers import STAFF
from services.enrolment.domain.workshop_state import Workshop, WorkshopFacts
from shared.chassis.declarations.access import Access
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.refusal import Refusal
from shared.events.enrolment import (
    AmendReason,
    AttendanceVoided,
    RegisterAmended,
    RegisterSigned,
    WorkshopAttended,
    WorkshopMissed,
)


class SignRegister(Command):
    """Put one's name to a closed register."""

    asked_by: ClassVar[Access] = STAFF

    workshop_id: Key


class RegisterOpen(Refusal):
    """The register is not closed yet. Close it, then sign it."""


class ReasonNeeded(Refusal, kind="invalid"):
    """This register is signed. Say why it is changed."""


E = TypeVar("E")


def sign(workshop: Workshop, facts: WorkshopFacts) -> Sequence[RegisterSigned]:
    """Return what follows; it is signed once. Raises RegisterOpen."""
    if workshop.closed_at is None:
        raise RegisterOpen
    if workshop.signed_at is not None:
        return []
    return [RegisterSigned(**workshop.place, signed_by_person_id=facts.actor.id, signed_at=facts.now)]


def amending(
    workshop: Workshop, decided: Sequence[E], reason: AmendReason | None, facts: WorkshopFacts
) -> Sequence[E | RegisterAmended]:
    """Return what was decided, and that it changes a signed register if it does. Raises ReasonNeeded."""
    if workshop.signed_at is None or not any(_changes(event) for event in decided):
        return decided
    if reason is None:
        raise ReasonNeeded(field="reason")
    return [*decided, *_amendments(workshop, decided, reason, facts)]


def _amendments(
    workshop: Workshop, decided: Sequence[object], reason: AmendReason, facts: WorkshopFacts
) -> Iterator[RegisterAmended]:
    number = count(workshop.amendments + 1)
    for event in decided:
        if isinstance(event, WorkshopAttended | WorkshopMissed | AttendanceVoided) and _changes(event):
            yield RegisterAmended(
                **workshop.place,
                amendment=next(number),
                attendance_id=event.attendance_id,
                person_id=event.person_id,
                change="voided" if isinstance(event, AttendanceVoided) else "recorded",
                reason=reason,
                amended_by_person_id=facts.actor.id,
                note=facts.documents.get("note"),
            )


def _changes(event: object) -> bool:
    if isinstance(event, WorkshopAttended):
        return event.status != "caught-up"
    return isinstance(event, WorkshopMissed | AttendanceVoided)
