"""Who leads a cohort: assigned while it is planned, handed over from the moment that homes may join.

Whoever takes the lead is competent in the programme on that day. What the one before decided stays theirs on record.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from services.enrolment.domain.askers import COORDINATORS
from services.enrolment.domain.cohort_state import Cohort, CohortFacts, must_go_on
from shared.chassis.declarations.access import Access
from shared.chassis.declarations.command import Command, Key, Text
from shared.chassis.declarations.refusal import Refusal
from shared.events.days import local_day
from shared.events.enrolment import FacilitatorAssigned, FacilitatorReplaced, HandOverReason, HomeHandedOver


class AssignFacilitator(Command):
    """Give the lead of a cohort that is still planned to a facilitator; an open one is handed over."""

    asked_by: ClassVar[Access] = COORDINATORS

    cohort_id: Key
    person_id: Key


class HandOverCohort(Command):
    """Give a cohort that homes may join, or have joined, to another facilitator; `note` is for them to read."""

    asked_by: ClassVar[Access] = COORDINATORS
    verb: ClassVar[str | None] = "hand-over"

    cohort_id: Key
    person_id: Key
    reason: HandOverReason
    note: Text | None = None


class NotCompetent(Refusal):
    """This person has no competence on record for the programme today. Record it before they lead."""


class AlreadyLed(Refusal):
    """Another facilitator leads this cohort, and homes may join it already. Hand it over instead."""


class NoLeadFacilitator(Refusal):
    """A cohort needs a lead facilitator before it opens. Assign one."""


def assign(cohort: Cohort, command: AssignFacilitator, facts: CohortFacts) -> Sequence[FacilitatorAssigned]:
    """Return what follows. Raises CohortOver, AlreadyLed and NotCompetent."""
    must_go_on(cohort)
    if cohort.lead_person_id == command.person_id:
        return []
    if cohort.status == "open" and cohort.lead_person_id is not None:
        raise AlreadyLed(person_id=cohort.lead_person_id)
    _must_be_competent(facts)
    return [FacilitatorAssigned(**command.model_dump(), previous_person_id=cohort.lead_person_id)]


def hand_over(
    cohort: Cohort, command: HandOverCohort, facts: CohortFacts
) -> Sequence[FacilitatorReplaced | HomeHandedOver]:
    """Return what follows, with one event for each home. Raises CohortOver, NoLeadFacilitator and NotCompetent."""
    must_go_on(cohort)
    if cohort.lead_person_id is None:
        raise NoLeadFacilitator
    if cohort.lead_person_id == command.person_id:
        return []
    _must_be_competent(facts)
    told: dict[str, Any] = {
        "cohort_id": cohort.cohort_id,
        "person_id": command.person_id,
        "previous_person_id": cohort.lead_person_id,
        "handed_over_on": local_day(facts.now),
    }
    note = facts.documents.get("note")
    replaced = FacilitatorReplaced(**told, reason=command.reason, enrolment_ids=cohort.placed, note=note)
    homes = [HomeHandedOver(**told, enrolment_id=placed, home_id=cohort.homes[placed]) for placed in cohort.placed]
    return [replaced, *homes]


def _must_be_competent(facts: CohortFacts) -> None:
    programme = facts.version.programme if facts.version else ""
    if facts.facilitator is None or not facts.facilitator.competent(programme, local_day(facts.now)):
        raise NotCompetent(field="person_id", programme=programme)
