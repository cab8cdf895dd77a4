"""Somebody stands in for the lead at one workshop: both names stay on record, and the cohort keeps its lead."""

from collections.abc import Sequence
from typing import ClassVar

from services.enrolment.domain.askers import STAFF
from services.enrolment.domain.leading import NoLeadFacilitator, NotCompetent
from services.enrolment.domain.schedule import WorkshopOff
from services.enrolment.domain.workshop_state import Workshop, WorkshopFacts
from shared.chassis.declarations.access import Access
from shared.chassis.declarations.command import Command, Key
from shared.events.enrolment import FacilitatorSubstituted, HandOverReason


class SubstituteFacilitator(Command):
    """Let somebody else lead this one workshop."""

    asked_by: ClassVar[Access] = STAFF
    verb: ClassVar[str | None] = "substitute"

    workshop_id: Key
    person_id: Key
    reason: HandOverReason


def substitute(
    workshop: Workshop, command: SubstituteFacilitator, facts: WorkshopFacts
) -> Sequence[FacilitatorSubstituted]:
    """Return what follows; nothing when they lead it anyway. Raises WorkshopOff, NoLeadFacilitator, NotCompetent."""
    if workshop.cancelled:
        raise WorkshopOff(workshop_id=workshop.workshop_id)
    expected = workshop.facilitator_person_id or (facts.cohort.lead_person_id if facts.cohort else None)
    if expected is None:
        raise NoLeadFacilitator
    if expected == command.person_id:
        return []
    programme = facts.version.programme if facts.version else ""
    if facts.facilitator is None or not facts.facilitator.competent(programme, workshop.day):
        raise NotCompetent(field="person_id", programme=programme)
    told = command.model_dump() | workshop.place
    return [FacilitatorSubstituted(**told, substituted_person_id=expected)]
