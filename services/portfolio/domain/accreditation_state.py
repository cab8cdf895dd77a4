"""What an accreditation knows of itself, and how each event changes it.

A certificate records a moment in time: it is never edited, a later one takes its place.
"""

from datetime import date
from typing import Literal, assert_never

from services.portfolio.domain.portfolio_state import Portfolio
from services.portfolio.domain.requirements import Requirements, RequirementsNotHereYet
from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.state import State, replace
from shared.events.portfolio import (
    AccreditationAtRisk,
    AccreditationGranted,
    AccreditationLapsed,
    AccreditationPutUnderReview,
    AccreditationRenewed,
    AccreditationRevoked,
    AccreditationRiskCleared,
    AccreditationUpheld,
    ReaccreditationDue,
    ReaccreditationStarted,
    RegisterListingChosen,
)

AccreditationEvent = (
    AccreditationGranted
    | ReaccreditationDue
    | ReaccreditationStarted
    | AccreditationRenewed
    | AccreditationLapsed
    | AccreditationPutUnderReview
    | AccreditationUpheld
    | AccreditationRevoked
    | AccreditationAtRisk
    | AccreditationRiskCleared
    | RegisterListingChosen
)


class Accreditation(State):
    """What is granted now, and for which enrolments it was granted so far.

    `under_review_since` and `at_risk_since` are dated flags beside the status. `cycle` counts the grant and its
    renewals; `renewing` says that the next one has begun.
    """

    status: Literal["none", "granted", "due", "lapsed", "revoked"] = "none"
    home_id: str = ""
    home_name: str = ""
    place: str | None = None
    enrolment_id: str = ""
    pathway: str = ""
    version_id: str = ""
    certificate_number: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    lapses_on: date | None = None
    reminders_on: tuple[date, ...] = ()
    renewable_from: date | None = None
    renewable_until: date | None = None
    agrees_to_public_register: bool = False
    signatory_person_id: str = ""
    enrolment_ids: frozenset[str] = frozenset()
    cycle: int = 0
    renewing: bool = False
    under_review_since: date | None = None
    review_cause_event_ids: tuple[str, ...] = ()
    at_risk_since: date | None = None

    @property
    def holds(self) -> bool:
        """The home is an accredited provider now."""
        return self.status in ("granted", "due")


class AccreditationFacts(Facts):
    """The rules of the programme version, the home's place, and the portfolio on which a review rests."""

    requirements: Requirements | None = None
    portfolio: Portfolio | None = None
    place: str | None = None

    def asked(self) -> Requirements:
        """What the version asks for. Raises RequirementsNotHereYet."""
        if self.requirements is None:
            raise RequirementsNotHereYet
        return self.requirements


def evolve(accreditation: Accreditation, event: AccreditationEvent) -> Accreditation:
    """The accreditation after this event."""
    match event:
        case AccreditationGranted():
            return _granted(accreditation, event)
        case ReaccreditationDue():
            status = "due" if event.due and accreditation.holds else accreditation.status
            return replace(accreditation, status=status, reminders_on=event.reminders_left)
        case ReaccreditationStarted():
            return replace(accreditation, renewing=True)
        case AccreditationRenewed():
            told = event.model_dump(include=_SHARED | {"cycle"})
            return replace(accreditation, status="granted", renewing=False, **told)
        case AccreditationLapsed():
            return replace(accreditation, status="lapsed", reminders_on=())
        case AccreditationPutUnderReview():
            since = accreditation.under_review_since or event.since
            causes = (*accreditation.review_cause_event_ids, event.cause_event_id)
            return replace(accreditation, under_review_since=since, review_cause_event_ids=causes)
        case AccreditationUpheld():
            return replace(accreditation, under_review_since=None)
        case AccreditationRevoked():
            return replace(accreditation, status="revoked", under_review_since=None, reminders_on=())
        case AccreditationAtRisk():
            return replace(accreditation, at_risk_since=event.since)
        case AccreditationRiskCleared():
            return replace(accreditation, at_risk_since=None)
        case RegisterListingChosen():
            return replace(accreditation, agrees_to_public_register=event.agrees)
        case _:
            assert_never(event)


_SHARED = AccreditationGranted.model_fields.keys() & Accreditation.model_fields.keys()


def _granted(accreditation: Accreditation, event: AccreditationGranted) -> Accreditation:
    return replace(
        accreditation,
        status="granted",
        enrolment_ids=accreditation.enrolment_ids | {event.enrolment_id},
        cycle=accreditation.cycle + 1,
        renewing=False,
        under_review_since=None,
        at_risk_since=None if event.represented else event.valid_from,
        **event.model_dump(include=_SHARED),
    )
