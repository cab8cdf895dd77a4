"""Who may lead what: for coordinators, who look for somebody to lead a cohort."""

from services.enrolment.domain.askers import STAFF
from services.enrolment.domain.facilitator import Competence
from shared.chassis.declarations.view import Row, View
from shared.events.enrolment import FacilitatorCompetenceRecorded


class FacilitatorRow(Row):
    """One facilitator, and what was recorded of them."""

    facilitator_id: str
    person_id: str
    competences: tuple[Competence, ...] = ()


def facilitator_row(row: FacilitatorRow | None, event: FacilitatorCompetenceRecorded) -> FacilitatorRow:
    """Return the row after this event."""
    known = row or FacilitatorRow(facilitator_id=event.facilitator_id, person_id=event.person_id)
    told = Competence.model_validate(event.model_dump())
    return known.model_copy(update={"competences": (*known.competences, told)})


FACILITATORS = View(
    path="facilitators",
    key=lambda event: event.facilitator_id or None,
    fold=facilitator_row,
    read_by=STAFF,
    filters=("person_id",),
    order="person_id",
)
