"""What each aggregate of enrolment promises (domain.md 2.3), of any history of one thing and of where it led."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.enrolment.domain.calendar_feed import CalendarFeed
from services.enrolment.domain.cohort_state import Cohort
from services.enrolment.domain.enrolment_state import Enrolment
from services.enrolment.domain.facilitator import Facilitator
from services.enrolment.domain.home import Home
from services.enrolment.domain.interest import Interest
from services.enrolment.domain.programme_version import ProgrammeVersion
from services.enrolment.domain.registration import PATTERNS, Registration
from services.enrolment.domain.workshop_state import Workshop
from shared.chassis.declarations.event import Event
from shared.events.enrolment import (
    ApplicationSubmitted,
    AttendanceVoided,
    CalendarFeedClosed,
    CalendarFeedOpened,
    CohortClosed,
    CohortOpened,
    CohortPlanned,
    CommitmentRecorded,
    CoverageCompleted,
    EnrolmentCompleted,
    EnrolmentWithdrawn,
    FacilitatorAssigned,
    FacilitatorCompetenceRecorded,
    HomeEnrolled,
    HomeRegistered,
    InterestFollowed,
    InterestRegistered,
    PathwayFreed,
    PathwayTaken,
    PlaceFreed,
    PlaceTaken,
    ProgrammeVersionPublished,
    RegisterClosed,
    RegisteredManagerChanged,
    RepresentativeConfirmed,
    SignOffNoted,
    WorkshopAttended,
    WorkshopCancelled,
    WorkshopMissed,
    WorkshopScheduled,
)
from tests.unit.machines.promises.telling import at_most_once, begins_once, in_turn, only_after
from tests.unit.machines.town import Promise


def programme_version(history: Sequence[Event], version: ProgrammeVersion) -> None:
    """Published once, and never changed; whole in itself."""
    assert len(history) == 1
    begins_once(history, ProgrammeVersionPublished)
    codes = [workshop.code for workshop in version.workshops]
    tags = {code for framework in version.frameworks for code in framework.codes}
    assert version.mandatory_codes
    assert len(codes) == len(set(codes))
    for requirement in version.requirements:
        assert requirement.step in codes
        assert tags.issuperset(requirement.tags)


def registration(history: Sequence[Event], number: Registration) -> None:
    """A number is claimed once, for one home, and looks as its regulator's numbers do."""
    (claimed,) = history
    told: Any = claimed
    assert (number.home_id, number.home_region) == (told.home_id, told.home_region)
    assert PATTERNS[told.regulator].fullmatch(told.number)


def home(history: Sequence[Event], home: Home) -> None:
    """One live enrolment per pathway: taken by nobody else before its holder gave it back. Managers come in order."""
    begins_once(history, HomeRegistered)
    held: dict[str, str] = {}
    manager = since = None
    for event in history:
        if isinstance(event, PathwayTaken):
            assert event.pathway not in held
            held[event.pathway] = event.enrolment_id
        if isinstance(event, PathwayFreed):
            assert held.pop(event.pathway) == event.enrolment_id
        if isinstance(event, RegisteredManagerChanged):
            assert event.previous_manager_person_id == manager != event.manager_person_id
            assert since is None or since <= event.changed_on
            manager, since = event.manager_person_id, event.changed_on
    assert home.enrolments == held


def facilitator(history: Sequence[Event], facilitator: Facilitator) -> None:
    """Each competence is on record once, about one person, and does not end before it starts."""
    told = [event for event in history if isinstance(event, FacilitatorCompetenceRecorded)]
    assert {event.person_id for event in told} == {facilitator.person_id}
    assert len(set(facilitator.competences)) == len(facilitator.competences) == len(history)
    assert all(each.competent_until is None or each.competent_from <= each.competent_until for each in told)
    for each in facilitator.competences:
        assert facilitator.competent(each.programme, each.competent_from)


def interest(history: Sequence[Event], interest: Interest) -> None:
    """It is registered, and leads to one application at most: the first."""
    begins_once(history, InterestRegistered)
    at_most_once(history, InterestFollowed)
    followed = [event.enrolment_id for event in history if isinstance(event, InterestFollowed)]
    assert interest.enrolment_id == (followed[0] if followed else None)


def calendar_feed(history: Sequence[Event], feed: CalendarFeed) -> None:
    """Opened once, for one person; closed for good."""
    begins_once(history, CalendarFeedOpened)
    at_most_once(history, CalendarFeedClosed)
    assert feed.open == (len(history) == 1)
    assert {getattr(event, "person_id", None) for event in history} == {feed.person_id}


def cohort(history: Sequence[Event], cohort: Cohort) -> None:
    """It opens under a lead; no more places are taken than there are; a home has one place, or waits for one."""
    begins_once(history, CohortPlanned)
    at_most_once(history, CohortOpened, CohortClosed, FacilitatorAssigned)
    only_after(history, CohortOpened, FacilitatorAssigned)
    in_turn(history, PlaceTaken, PlaceFreed, lambda event: getattr(event, "enrolment_id", None))
    assert cohort.lead_person_id is not None or cohort.status != "open"
    assert len(cohort.placed) <= cohort.capacity
    waiting = [each.enrolment_id for each in cohort.waiting]
    assert len(waiting) == len(set(waiting))
    assert not set(waiting) & set(cohort.placed)


def workshop(history: Sequence[Event], workshop: Workshop) -> None:
    """It ends after it starts; a person has one attendance that holds; one that was called off takes none."""
    begins_once(history, WorkshopScheduled)
    at_most_once(history, WorkshopCancelled, RegisterClosed)
    holding: dict[str, str] = {}
    cancelled = False
    for event in history:
        cancelled = cancelled or isinstance(event, WorkshopCancelled)
        if isinstance(event, WorkshopAttended | WorkshopMissed):
            assert not cancelled
            assert event.person_id not in holding
            holding[event.person_id] = event.attendance_id
        if isinstance(event, AttendanceVoided):
            assert holding.pop(event.person_id) == event.attendance_id
    assert {person: each.attendance_id for person, each in workshop.attendances.items()} == holding
    assert workshop.starts_at is not None
    assert workshop.ends_at is not None
    assert workshop.starts_at < workshop.ends_at


def enrolment(history: Sequence[Event], enrolment: Enrolment) -> None:
    """A place needs a commitment and a representative, an end the coverage and the sign-off; each comes once."""
    begins_once(history, ApplicationSubmitted)
    at_most_once(history, HomeEnrolled, CoverageCompleted, SignOffNoted, EnrolmentCompleted, EnrolmentWithdrawn)
    only_after(history, HomeEnrolled, CommitmentRecorded, RepresentativeConfirmed)
    only_after(history, EnrolmentCompleted, CoverageCompleted, SignOffNoted)
    assert len(set(enrolment.active)) == len(enrolment.active)
    kinds = {type(event) for event in history}
    assert not kinds >= {EnrolmentCompleted, EnrolmentWithdrawn}


PROMISES: Mapping[str, Promise] = {
    "programme-version": programme_version,
    "registration": registration,
    "home": home,
    "facilitator": facilitator,
    "cohort": cohort,
    "workshop": workshop,
    "enrolment": enrolment,
    "interest": interest,
    "calendar-feed": calendar_feed,
}
