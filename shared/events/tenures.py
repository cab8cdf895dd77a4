"""Who represents or manages which home, as the events of enrolment tell it: for who must not believe a token alone."""

from shared.chassis.declarations.standing import Tenure
from shared.events.enrolment import (
    ApplicationSubmitted,
    CommitmentRecorded,
    RegisteredManagerChanged,
    RepresentativeConfirmed,
    RepresentativeEnded,
)
from shared.events.roles import MANAGER, REPRESENTATIVE

Representing = RepresentativeConfirmed | RepresentativeEnded
Managing = ApplicationSubmitted | CommitmentRecorded | RegisteredManagerChanged
REGISTERED = "registered"
"""What somebody manages a home by whom its region put on record as its manager."""


def at_home(event: Representing | Managing) -> Tenure:
    """Say who is what in which home, and by what: a representative until they end there, by each enrolment of it.

    Who applies, commits or is put on record manages it; nobody says when they stop, so for them the token has to.
    """
    match event:
        case RepresentativeConfirmed():
            return Tenure(event.person_id, REPRESENTATIVE, event.home_id, event.enrolment_id, None)
        case RepresentativeEnded():
            return Tenure(event.person_id, REPRESENTATIVE, event.home_id, event.enrolment_id, event.ended_on)
        case ApplicationSubmitted():
            return Tenure(event.applicant_person_id, MANAGER, event.home_id, event.enrolment_id, None)
        case CommitmentRecorded():
            return Tenure(event.signatory_person_id, MANAGER, event.home_id, event.enrolment_id, None)
        case RegisteredManagerChanged():
            return Tenure(event.manager_person_id, MANAGER, event.home_id, REGISTERED, None)
