"""Whenever …, then …: each reaction asks the right stream, and all come to the same end in any order."""

from collections.abc import Sequence
from datetime import date
from itertools import permutations

import pytest

from services.portfolio import policies
from services.portfolio.domain import portfolio as rules
from services.portfolio.domain.accreditation import GrantAccreditation
from services.portfolio.domain.doubt import PutUnderReview
from services.portfolio.domain.homes import NoteHome
from services.portfolio.domain.portfolio import PortfolioCommand, PortfolioFacts
from services.portfolio.domain.portfolio_state import Portfolio
from services.portfolio.domain.requirements import AdoptRequirements
from services.portfolio.domain.slots import FillSlot
from shared.chassis.declarations.event import Event
from shared.chassis.declarations.identity import derived_id
from shared.chassis.declarations.policy import Policy
from shared.events.enrolment import (
    AttendanceVoided,
    CoverageCompleted,
    EnrolmentWithdrawn,
    HomeEnrolled,
    HomeHandedOver,
    HomeRegistered,
    ProgrammeVersionPublished,
    RepresentativeConfirmed,
    RepresentativeEnded,
    WorkshopAttended,
)
from shared.events.portfolio import CoverageReopened
from tests.support.scenario import REGION, SOMEBODY
from tests.unit.portfolio.given import (
    ACCREDITATION_ID,
    APPROVED,
    AUTHOR,
    EARNED,
    ENROLMENT_ID,
    GRANT,
    HOME_ID,
    NOW,
    OPENED,
    PORTFOLIO_ID,
    REQUIREMENTS,
    VERSION_ID,
)
from tests.unit.portfolio.world import envelope

PUBLISHED = ProgrammeVersionPublished(
    version_id=VERSION_ID,
    programme="six-steps",
    number=1,
    title="Six Steps",
    pathway="care-home",
    settings=("care-home-nursing",),
    workshops=(),
    requirements=REQUIREMENTS.requirements,
    frameworks=(),
    rules=REQUIREMENTS.rules,
    commitment=REQUIREMENTS.attestation,
    attestation=REQUIREMENTS.attestation,
)
ENROLLED = HomeEnrolled(
    **OPENED.model_dump(exclude={"portfolio_id", "stalled_after_days"}),
    setting="care-home-nursing",
    started_on=date(2026, 1, 12),
    target_ends_on=date(2026, 9, 21),
)
ATTENDED = WorkshopAttended(
    attendance_id="attendance-1",
    workshop_id="workshop-1",
    cohort_id="cohort-1",
    code="S1",
    enrolment_id=ENROLMENT_ID,
    home_id=HOME_ID,
    person_id=AUTHOR.id,
    status="attended",
    mode="in-person",
    on=date(2026, 2, 9),
)
CONFIRMED = RepresentativeConfirmed(
    enrolment_id=ENROLMENT_ID, home_id=HOME_ID, person_id="rep-2", represents_from=date(2026, 2, 1)
)
ENDED = RepresentativeEnded(
    enrolment_id=ENROLMENT_ID,
    home_id=HOME_ID,
    person_id=AUTHOR.id,
    ended_on=date(2026, 2, 1),
    reason="left",
    remaining_active=1,
)
COVERED = CoverageCompleted(
    enrolment_id=ENROLMENT_ID, home_id=HOME_ID, version_id=VERSION_ID, covered_codes=("ON", "S1")
)
VOIDED = AttendanceVoided(
    **ATTENDED.model_dump(include=set(AttendanceVoided.model_fields) - {"reason", "note"}), reason="wrong-person"
)
HANDED_OVER = HomeHandedOver(
    enrolment_id=ENROLMENT_ID,
    home_id=HOME_ID,
    cohort_id="cohort-1",
    person_id="facilitator-2",
    previous_person_id="facilitator-1",
    handed_over_on=date(2026, 3, 1),
)
LEFT = EnrolmentWithdrawn(
    enrolment_id=ENROLMENT_ID, home_id=HOME_ID, pathway="care-home", reason="other", withdrawn_on=date(2026, 5, 1)
)

# One inner tuple for each stream: its own order is kept, the streams mingle freely.
STREAMS: Sequence[tuple[Event, ...]] = ((ENROLLED, CONFIRMED, ENDED, COVERED), (ATTENDED,), (APPROVED,))
UPSETS: Sequence[tuple[Event, ...]] = ((ENROLLED, COVERED, LEFT), (ATTENDED, VOIDED), (HANDED_OVER,), (APPROVED,))
ASK = {
    HomeEnrolled: policies.when_home_enrolled_open_portfolio,
    WorkshopAttended: policies.when_workshop_attended_unlock_step,
    RepresentativeConfirmed: policies.when_representative_confirmed_note_representative,
    RepresentativeEnded: policies.when_representative_ended_end_representative,
    CoverageCompleted: policies.when_coverage_completed_note_coverage,
    AttendanceVoided: policies.when_attendance_voided_note_void,
    HomeHandedOver: policies.when_home_handed_over_hand_portfolio_over,
    EnrolmentWithdrawn: policies.when_enrolment_withdrawn_freeze_portfolio,
    type(APPROVED): policies.when_evidence_approved_fill_slot,
}


def _command(event: Event) -> PortfolioCommand:
    command: PortfolioCommand = Policy(ASK[type(event)])(event, envelope(event))  # type: ignore[arg-type, assignment]  # one policy for each event
    return command


def _after(events: Sequence[Event]) -> Portfolio:
    facts = PortfolioFacts(now=NOW, actor=SOMEBODY, region=REGION, requirements=REQUIREMENTS)
    state = Portfolio()
    for event in events:
        for happened in rules.decide(state, _command(event), facts):
            state = rules.evolve(state, happened)
    return state


def _mingled(told: Sequence[tuple[Event, ...]] = STREAMS) -> Sequence[Sequence[Event]]:
    labels = [number for number, stream in enumerate(told) for _ in stream]
    orders = sorted(set(permutations(labels)))
    return [[_next(streams, number) for number in order] for order in orders for streams in [[*map(list, told)]]]


def _next(streams: list[list[Event]], number: int) -> Event:
    return streams[number].pop(0)


@pytest.mark.parametrize("events", _mingled(), ids=lambda events: "-".join(type(e).__name__[:9] for e in events))
def test_policies_come_to_the_same_end_in_any_order_of_streams(events: Sequence[Event]) -> None:
    assert _after(events) == _after([event for stream in STREAMS for event in stream])


def test_what_upsets_a_portfolio_comes_to_the_same_end_in_any_order_too() -> None:
    end = _after([event for stream in UPSETS for event in stream])
    assert (end.lead_person_id, end.frozen_on, end.coverage_stands) == ("facilitator-2", LEFT.withdrawn_on, False)
    assert all(_after(events) == end for events in _mingled(UPSETS))


def test_a_voided_absence_takes_nothing_away() -> None:
    absent = VOIDED.model_copy(update={"status": "absent", "covers": False})
    assert policies.when_attendance_voided_note_void(absent, envelope(absent)) is None


def test_the_same_event_again_asks_nothing_new() -> None:
    once = [event for stream in STREAMS for event in stream]
    facts = PortfolioFacts(now=NOW, actor=SOMEBODY, region=REGION, requirements=REQUIREMENTS)
    again = [event for event in once if event is not ENDED and event is not CONFIRMED]
    assert [rules.decide(_after(once), _command(event), facts) for event in again] == [[]] * len(again)


@pytest.mark.parametrize("event", [ENROLLED, ATTENDED, CONFIRMED, ENDED, COVERED, APPROVED])
def test_every_reaction_to_an_enrolment_asks_its_one_portfolio(event: Event) -> None:
    command = _command(event)
    assert (command.portfolio_id, PORTFOLIO_ID) == (derived_id("portfolio", ENROLMENT_ID),) * 2


def test_a_published_version_is_adopted_under_its_own_id() -> None:
    command = policies.when_programme_version_published_adopt_requirements(PUBLISHED)
    assert isinstance(command, AdoptRequirements)
    assert (command.requirements_id, command.requirements) == (VERSION_ID, REQUIREMENTS.requirements)


def test_a_workshop_caught_up_on_unlocks_its_step_too() -> None:
    caught_up = ATTENDED.model_copy(update={"status": "caught-up"})
    assert policies.when_workshop_attended_unlock_step(caught_up).step == "S1"


def test_an_approved_revision_is_named_in_its_slot() -> None:
    command = policies.when_evidence_approved_fill_slot(APPROVED.model_copy(update={"revision": 3}))
    assert isinstance(command, FillSlot)
    assert (command.evidence_id, command.revision) == (APPROVED.evidence_id, 3)


def test_what_is_earned_is_granted_to_the_home_on_its_pathway() -> None:
    command = policies.when_accreditation_earned_grant_accreditation(EARNED)
    assert isinstance(command, GrantAccreditation)
    assert command == GRANT
    assert command.accreditation_id == ACCREDITATION_ID == derived_id("accreditation", HOME_ID, "care-home")


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ({"local_authority": "Wirral", "postcode": "CH41 1AA"}, "Wirral"),
        ({"postcode": "CH41 1AA"}, "CH41"),
        ({"postcode": " "}, None),
        ({}, None),
    ],
)
def test_the_place_of_a_home_is_never_its_whole_postcode(told: dict[str, str], place: str | None) -> None:
    registered = HomeRegistered(
        home_id=HOME_ID, name="Bryn Awel", setting="other", regulator="cqc", registration_number="1-1", **told
    )
    asked = policies.when_home_registered_note_home(registered)
    assert asked == NoteHome(home_id=HOME_ID, place=place)


WHOSE = {"portfolio_id": PORTFOLIO_ID, "enrolment_id": ENROLMENT_ID, "home_id": HOME_ID, "pathway": "care-home"}


def test_only_what_an_award_rests_on_puts_it_under_review_when_it_falls_away() -> None:
    lost = CoverageReopened(**WHOSE, code="S1", attendance_id="attendance-1", cause_event_id="void-1", under_award=True)
    asked = policies.when_basis_falls_away_put_accreditation_under_review(lost)
    assert asked == PutUnderReview(
        accreditation_id=ACCREDITATION_ID, reason="attendance-voided", cause_event_id="void-1"
    )
    unearned = lost.model_copy(update={"under_award": False})
    assert policies.when_basis_falls_away_put_accreditation_under_review(unearned) is None
