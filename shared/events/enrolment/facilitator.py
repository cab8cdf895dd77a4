"""A facilitator: who may lead which programme."""

from datetime import date

from shared.chassis.declarations.event import Event


class FacilitatorCompetenceRecorded(Event):
    """A facilitator was recorded as competent in a programme. Caused always by RecordCompetence."""

    person_id: str
    programme: str
    competent_from: date
    competent_until: date | None = None
    facilitator_id: str = ""
