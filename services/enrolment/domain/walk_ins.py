"""Somebody comes in whom nobody knows: they are on the register by name, and later by who they turn out to be.

The name could be anybody's, so it is kept as a redactable text; the walk-in has an id of its own until then.
"""

from collections.abc import Sequence
from typing import ClassVar, Literal

from services.enrolment.domain import register
from services.enrolment.domain.askers import STAFF
from services.enrolment.domain.register import RecordAttendance
from services.enrolment.domain.signing import amending
from services.enrolment.domain.voiding import voided
from services.enrolment.domain.workshop_changes import WorkshopEvent, evolve
from services.enrolment.domain.workshop_state import WalkIn, Workshop, WorkshopFacts
from shared.chassis.declarations.access import Access
from shared.chassis.declarations.command import Command, Key, Text
from shared.chassis.declarations.identity import derived_id
from shared.chassis.declarations.refusal import Refusal
from shared.events.enrolment import AmendReason, WalkInReconciled, WalkInRecorded


class RecordWalkIn(Command):
    """Put somebody on the register whom nobody knows there, by the name they give."""

    asked_by: ClassVar[Access] = STAFF

    workshop_id: Key
    name: Text
    mode: Literal["in-person", "online"] | None = None


class ReconcileWalkIn(Command):
    """Say who a walk-in was; with an enrolment, that they were there as its representative."""

    asked_by: ClassVar[Access] = STAFF

    workshop_id: Key
    walk_in_id: Key
    person_id: Key
    enrolment_id: Key | None = None
    reason: AmendReason | None = None


class WalkInUnknown(Refusal, kind="invalid"):
    """The register has no such walk-in."""


class AlreadyReconciled(Refusal):
    """This walk-in turned out to be somebody else."""


def record_walk_in(workshop: Workshop, command: RecordWalkIn, facts: WorkshopFacts) -> Sequence[WalkInRecorded]:
    """Return what follows. Raises NotStarted and WorkshopOff."""
    name = facts.documents["name"]
    walk_in_id = derived_id("walk-in", workshop.workshop_id, name.document_id)
    if walk_in_id in workshop.walk_ins:
        return []
    register.must_have_started(workshop, facts.now)
    mode = command.mode or workshop.mode
    return [WalkInRecorded(**workshop.place, walk_in_id=walk_in_id, introduced_as=name, mode=mode, on=workshop.day)]


def reconcile(workshop: Workshop, command: ReconcileWalkIn, facts: WorkshopFacts) -> Sequence[WorkshopEvent]:
    """Return what follows.

    Raises WalkInUnknown, AlreadyReconciled, NotARepresentative, AlreadyRecorded and ReasonNeeded.
    """
    walk_in = workshop.walk_ins.get(command.walk_in_id)
    if walk_in is None:
        raise WalkInUnknown(field="walk_in_id")
    if walk_in.person_id is not None:
        if walk_in.person_id == command.person_id:
            return []
        raise AlreadyReconciled(field="person_id", person_id=walk_in.person_id)
    told = command.model_dump(exclude={"reason"}) | workshop.place
    reconciled = WalkInReconciled(**told)
    if command.enrolment_id is None:
        return [reconciled]
    there = _there(workshop, command, command.enrolment_id, walk_in, facts)
    return [reconciled, *amending(workshop, there, command.reason, facts)]


def _there(
    workshop: Workshop, command: ReconcileWalkIn, enrolment_id: str, walk_in: WalkIn, facts: WorkshopFacts
) -> Sequence[WorkshopEvent]:
    known = workshop.attendances.get(command.person_id)
    if known is not None and known.there:
        return []
    void = [voided(workshop, known, "walk-in-identified")] if known is not None and known.assumed else []
    for event in void:
        workshop = evolve(workshop, event)
    asked = RecordAttendance(
        workshop_id=workshop.workshop_id,
        enrolment_id=enrolment_id,
        person_id=command.person_id,
        status="attended",
        mode="online" if walk_in.mode == "online" else "in-person",
    )
    return [*void, *register.record(workshop, asked, facts, in_time=True)]
