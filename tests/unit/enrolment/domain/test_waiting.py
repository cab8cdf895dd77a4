"""A home joins the line, is offered a place, and says yes or no."""

from datetime import timedelta
from typing import Any

from services.enrolment.domain.interest import FollowInterest, RegisterInterest
from services.enrolment.domain.leaving import RejectApplication, WithdrawEnrolment
from services.enrolment.domain.placing import (
    AlreadyPlaced,
    AnotherPathway,
    ChosenCohort,
    CohortNotFound,
    CommitmentMissing,
    InterestNotFound,
    SettingNotOffered,
    SubmitApplication,
)
from services.enrolment.domain.waiting import (
    AcceptPlace,
    AlreadyWaiting,
    DeclinePlace,
    JoinWaitingList,
    NoOffer,
    NoteOffer,
    NoteOfferOver,
    OfferExpired,
)
from services.enrolment.service import ENROLMENTS, INTERESTS, PROGRAMME_VERSIONS
from shared.events.enrolment import (
    ApplicationRejected,
    EnrolmentWithdrawn,
    HomeEnrolled,
    HomeWaitlisted,
    InterestFollowed,
    InterestRegistered,
    OfferNoted,
    OfferOverNoted,
    PlaceDeclined,
)
from tests.support.enrolment_story import PLACED, READY, STARTS_ON, SUBMITTED, VERSION_ID, published
from tests.support.scenario import NOW, Scenario

HERE: dict[str, Any] = {"enrolment_id": "enrolment-1", "cohort_id": "cohort-a"}
THERE: dict[str, Any] = {**HERE, "cohort_id": "cohort-b"}
COHORT = ChosenCohort(pathway="care-homes", version_id=VERSION_ID, starts_on=STARTS_ON, lead_person_id="lead")
VERSION = Scenario(PROGRAMME_VERSIONS).given(published()).state
OFFERED = OfferNoted(**HERE, expires_at=NOW + timedelta(days=14))
WAITS = HomeWaitlisted(**HERE, home_id="home-1", home_name="Bryn Awel")
known = Scenario(ENROLMENTS).knowing(cohort=COHORT, version=VERSION)
ready = known.given(*READY)
waits = ready.given(WAITS)


def test_a_home_waits_in_one_line_at_a_time() -> None:
    assert ready.when(JoinWaitingList(**HERE)).then(WAITS).state.status == "waiting"
    waits.when(JoinWaitingList(**HERE)).then_nothing()
    waits.when(JoinWaitingList(**THERE)).then_refused(AlreadyWaiting, cohort_id="cohort-a")


def test_only_a_home_that_could_take_the_place_waits_for_it() -> None:
    elsewhere = COHORT.model_copy(update={"pathway": "home-care"})
    at_home = Scenario(PROGRAMME_VERSIONS).given(published(settings=("domiciliary",))).state
    ready.knowing(cohort=None).when(JoinWaitingList(**HERE)).then_refused(CohortNotFound)
    ready.knowing(cohort=elsewhere).when(JoinWaitingList(**HERE)).then_refused(AnotherPathway)
    ready.knowing(version=at_home).when(JoinWaitingList(**HERE)).then_refused(SettingNotOffered)
    known.given(*PLACED).when(JoinWaitingList(**HERE)).then_refused(AlreadyPlaced)


def test_an_offer_is_accepted_by_a_home_that_is_ready() -> None:
    offered = waits.given(OFFERED)
    assert offered.state.status == "offered"
    answer = offered.when(AcceptPlace(**HERE)).then_happened(HomeEnrolled)
    assert (answer.state.status, answer.state.offer, answer.state.waiting_cohort_id) == ("placed", None, None)
    offered.given(*answer.events).when(AcceptPlace(**HERE)).then_nothing()
    known.given(SUBMITTED, WAITS, OFFERED).when(AcceptPlace(**HERE)).then_refused(CommitmentMissing)


def test_without_an_offer_or_after_it_nothing_is_accepted() -> None:
    waits.when(AcceptPlace(**HERE)).then_refused(NoOffer)
    waits.given(OFFERED).when(AcceptPlace(**THERE)).then_refused(NoOffer)
    waits.given(OFFERED).at(OFFERED.expires_at).when(AcceptPlace(**HERE)).then_refused(OfferExpired)


def test_who_declines_waits_no_more_and_may_join_again() -> None:
    offered = waits.given(OFFERED)
    answer = offered.when(DeclinePlace(**HERE)).then(PlaceDeclined(**HERE, home_id="home-1"))
    declined = offered.given(*answer.events)
    assert (declined.state.status, declined.state.offer) == ("applied", None)
    declined.when(DeclinePlace(**HERE)).then_nothing()
    declined.when(JoinWaitingList(**HERE)).then_happened(HomeWaitlisted)
    ready.when(DeclinePlace(**HERE)).then_refused(NoOffer)


def test_an_offer_is_noted_before_or_after_the_home_joined_the_line() -> None:
    note, over = NoteOffer(**HERE, expires_at=OFFERED.expires_at), NoteOfferOver(**HERE)
    waits.when(note).then(OFFERED)
    ready.when(note).then(OFFERED)
    assert ready.given(OFFERED, WAITS).state.status == "offered"
    waits.given(OFFERED).when(note).then_nothing()
    waits.given(OFFERED).when(over).then(OfferOverNoted(**HERE))
    assert waits.given(OFFERED, OfferOverNoted(**HERE)).state.status == "applied"
    ready.when(over).then_nothing()
    known.given(*PLACED).when(note).then_nothing()


def test_who_leaves_says_where_they_waited() -> None:
    [left] = waits.when(WithdrawEnrolment(enrolment_id="enrolment-1", reason="sale")).events
    [rejected] = waits.when(RejectApplication(enrolment_id="enrolment-1", reason="duplicate")).events
    assert isinstance(left, EnrolmentWithdrawn)
    assert isinstance(rejected, ApplicationRejected)
    assert left.waiting_cohort_id == rejected.waiting_cohort_id == "cohort-a"


def test_an_interest_binds_nobody_and_leads_to_one_application() -> None:
    interest = Scenario(INTERESTS)
    asked = RegisterInterest(interest_id="i", area="Wirral", source="information-event")
    registered = interest.given(*interest.when(asked).then_happened(InterestRegistered).events)
    registered.when(asked).then_nothing()
    follow = FollowInterest(interest_id="i", enrolment_id="e1")
    followed = registered.given(*registered.when(follow).then_happened(InterestFollowed).events)
    followed.when(follow).then_nothing()
    followed.when(follow.model_copy(update={"enrolment_id": "e2"})).then_nothing()
    interest.when(follow).then_nothing()


def test_an_application_cites_only_an_interest_that_there_is() -> None:
    submit = SubmitApplication(
        enrolment_id="e", home_id="h", pathway="p", applicant_person_id="manager", interest_id="i"
    )
    applying = {"home": {"name": "Bryn Awel", "setting": "other", "previous": {"p": "earlier"}}}
    known.when(submit, applying).then_refused(InterestNotFound, field="interest_id")
    [submitted] = known.when(submit, {**applying, "interest_known": True}).events
    assert submitted.model_dump()["interest_id"] == "i"
    assert submitted.model_dump()["previous_enrolment_id"] == "earlier"
