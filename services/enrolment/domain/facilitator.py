"""A facilitator: a person whom a region found competent to lead cohorts of a programme, from a day on.

Who works in two regions is a facilitator in each: what one found says nothing to the other.
"""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar, assert_never

from services.enrolment.domain.askers import COORDINATORS
from shared.chassis.declarations.access import Access
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.identity import derived_id
from shared.chassis.declarations.moments import believable
from shared.chassis.declarations.refusal import Refusal
from shared.chassis.declarations.state import State, replace
from shared.events.enrolment import FacilitatorCompetenceRecorded
from shared.events.values import Value


class Competence(Value):
    """In which programme, from which day to which, both included; no last day means until further notice."""

    programme: str
    competent_from: date
    competent_until: date | None = None

    def holds(self, programme: str, day: date) -> bool:
        """Say whether it speaks for this programme on this day."""
        until = self.competent_until or date.max
        return self.programme == programme and self.competent_from <= day <= until


class Facilitator(State):
    """Who it is and what was recorded, in the order of recording."""

    person_id: str = ""
    competences: tuple[Competence, ...] = ()

    def competent(self, programme: str, day: date) -> bool:
        """Say whether this person may lead a cohort of the programme on this day."""
        return any(competence.holds(programme, day) for competence in self.competences)


class RecordCompetence(Command):
    """Record that a person is competent in a programme."""

    asked_by: ClassVar[Access] = COORDINATORS
    creates: ClassVar[bool] = True

    facilitator_id: Key
    person_id: Key
    programme: Key
    competent_from: date
    competent_until: date | None = None


class CompetenceEndsBeforeItStarts(Refusal, kind="invalid"):
    """The competence would end before it starts: correct one of the two dates."""


FacilitatorCommand = RecordCompetence
FacilitatorEvent = FacilitatorCompetenceRecorded


def facilitator_id(region: str, person_id: str) -> str:
    """Return the id of the one facilitator that a person is in a region."""
    return derived_id("facilitator", region, person_id)


def identity(command: RecordCompetence, region: str) -> str:
    """Return whose competence it is, in this region."""
    return facilitator_id(region, command.person_id)


def decide(facilitator: Facilitator, command: FacilitatorCommand, facts: Facts) -> Sequence[FacilitatorEvent]:
    """Return what follows. Raises CompetenceEndsBeforeItStarts and AbsurdDate."""
    believable(command.competent_from, facts.now, "competent_from")
    if command.competent_until is not None:
        believable(command.competent_until, facts.now, "competent_until")
        if command.competent_until < command.competent_from:
            raise CompetenceEndsBeforeItStarts(field="competent_until")
    told = Competence.model_validate(command.model_dump())
    if told in facilitator.competences:
        return []
    return [FacilitatorCompetenceRecorded(**command.model_dump())]


def evolve(facilitator: Facilitator, event: FacilitatorEvent) -> Facilitator:
    """Return the facilitator after this event."""
    match event:
        case FacilitatorCompetenceRecorded():
            told = Competence.model_validate(event.model_dump())
            competences = (*facilitator.competences, told)
            return replace(facilitator, person_id=event.person_id, competences=competences)
        case _:
            assert_never(event)
