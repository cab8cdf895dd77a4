"""A home applies, commits itself, puts people forward, gets its place, and may leave."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.enrolment.domain.days import DateInFuture
from services.enrolment.domain.enrolment import EnrolmentOver, EnrolmentUnknown
from services.enrolment.domain.leaving import WithdrawEnrolment
from services.enrolment.domain.placing import (
    AlreadyCommitted,
    AlreadyPlaced,
    AnotherPathway,
    ApplyingHome,
    ChosenCohort,
    CohortNotFound,
    CommitmentMissing,
    HomeNotFound,
    PlaceHome,
    RecordCommitment,
    SettingNotOffered,
    SubmitApplication,
    TooFewRepresentatives,
    VersionNeeded,
    WordingUnknown,
)
from services.enrolment.domain.representatives import (
    AlreadyConfirmed,
    AlreadyEnded,
    ConfirmRepresentative,
    EndRepresentative,
    EndsBeforeItBegan,
    NominateRepresentative,
    NotNominated,
    PeriodsOverlap,
)
from services.enrolment.service import ENROLMENTS, PROGRAMME_VERSIONS
from shared.chassis.declarations.moments import AbsurdDate
from shared.events.enrolment import EnrolmentWithdrawn, RepresentativeConfirmed, RepresentativeEnded
from tests.support.enrolment_story import (
    COMMITTED,
    PLACED,
    READY,
    STARTS_ON,
    SUBMITTED,
    VERSION_ID,
    confirmed,
    enrolled,
    nominated,
    published,
)
from tests.support.scenario import NOW, Scenario, document

VERSION = Scenario(PROGRAMME_VERSIONS).given(published()).state
COHORT = ChosenCohort(pathway="care-homes", version_id=VERSION_ID, starts_on=STARTS_ON, lead_person_id="lead")
SUBMIT = SubmitApplication(
    enrolment_id="enrolment-1",
    home_id="home-1",
    pathway="care-homes",
    applicant_person_id="manager",
    version_id=VERSION_ID,
)
COMMIT = RecordCommitment(
    enrolment_id="enrolment-1",
    signatory_person_id="manager",
    signatory_role="manager",
    wording_version="commitment-1",
    signed_on=date(2026, 1, 10),
)
NOMINATE = NominateRepresentative(enrolment_id="enrolment-1", person_id="anna", job_role="senior-carer")
CONFIRM = ConfirmRepresentative(enrolment_id="enrolment-1", person_id="anna")
END = EndRepresentative(enrolment_id="enrolment-1", person_id="anna", reason="own-wish", ended_on=date(2026, 3, 1))
ENDED = RepresentativeEnded(
    enrolment_id="enrolment-1",
    home_id="home-1",
    person_id="anna",
    ended_on=date(2026, 3, 1),
    reason="own-wish",
    remaining_active=1,
    cohort_id="cohort-a",
)
PLACE = PlaceHome(enrolment_id="enrolment-1", cohort_id="cohort-a")
WITHDRAW = WithdrawEnrolment(enrolment_id="enrolment-1", reason="home-decided")
WITHDRAWN = EnrolmentWithdrawn(
    enrolment_id="enrolment-1",
    home_id="home-1",
    pathway="care-homes",
    reason="home-decided",
    withdrawn_on=NOW.date(),
    cohort_id="cohort-a",
)
home = ApplyingHome(name="Bryn Awel", setting="care-home-nursing")
enrolment = Scenario(ENROLMENTS).knowing(home=home, version=VERSION, cohort=COHORT)


def changed(command: Any, **changes: Any) -> Any:
    return command.model_copy(update=changes)


def test_a_home_applies_once() -> None:
    enrolment.when(SUBMIT).then(SUBMITTED.model_copy(update={"applied_at": NOW}))
    enrolment.given(SUBMITTED).when(SUBMIT).then_nothing()


def test_a_home_that_is_not_on_record_does_not_apply() -> None:
    enrolment.knowing(home=None).when(SUBMIT).then_refused(HomeNotFound, field="home_id")


def test_a_commitment_is_recorded_with_signer_role_day_and_wording() -> None:
    enrolment.given(SUBMITTED).when(COMMIT).then(COMMITTED)
    enrolment.given(SUBMITTED, COMMITTED).when(COMMIT).then_nothing()


def test_a_note_to_the_commitment_is_kept_outside_the_journal() -> None:
    noted = changed(COMMIT, note="Signed on paper.")
    expected = COMMITTED.model_copy(update={"note": document(noted, "note")})
    enrolment.given(SUBMITTED).when(noted).then(expected)


def test_another_signature_is_refused() -> None:
    other = changed(COMMIT, signatory_person_id="owner", signatory_role="owner")
    enrolment.given(SUBMITTED, COMMITTED).when(other).then_refused(AlreadyCommitted)


def test_only_the_published_wording_can_be_signed() -> None:
    old = changed(COMMIT, wording_version="commitment-0")
    enrolment.given(SUBMITTED).when(old).then_refused(WordingUnknown, wording_version="commitment-1")
    enrolment.given(SUBMITTED).knowing(version=None).when(COMMIT).then_refused(VersionNeeded)
    other = VERSION.model_copy(update={"pathway": "home-care"})
    enrolment.given(SUBMITTED).knowing(version=other).when(COMMIT).then_refused(VersionNeeded)


def test_nobody_signs_tomorrow_or_in_another_age() -> None:
    tomorrow = changed(COMMIT, signed_on=NOW.date() + timedelta(days=1))
    enrolment.given(SUBMITTED).when(tomorrow).then_refused(DateInFuture, field="signed_on")
    early = changed(COMMIT, signed_on=date(1066, 10, 14))
    enrolment.given(SUBMITTED).when(early).then_refused(AbsurdDate, field="signed_on")


def test_a_person_is_put_forward_once() -> None:
    enrolment.given(SUBMITTED).when(NOMINATE).then(nominated("anna"))
    enrolment.given(SUBMITTED, nominated("anna")).when(NOMINATE).then_nothing()
    enrolment.given(*READY).when(NOMINATE).then_nothing()


def test_a_person_who_was_put_forward_is_confirmed_from_today() -> None:
    put_forward = enrolment.given(SUBMITTED, nominated("anna"))
    put_forward.when(CONFIRM).then(confirmed("anna"))
    put_forward.given(confirmed("anna")).when(CONFIRM).then_nothing()


def test_a_representative_of_a_placed_home_is_confirmed_with_its_cohort() -> None:
    answer = enrolment.given(*PLACED, nominated("cara")).when(changed(CONFIRM, person_id="cara"))
    answer.then(confirmed("cara", cohort_id="cohort-a"))


def test_nobody_represents_a_home_unasked_or_from_two_days_on() -> None:
    enrolment.given(SUBMITTED).when(CONFIRM).then_refused(NotNominated, field="person_id")
    other = changed(CONFIRM, represents_from=date(2026, 1, 20))
    enrolment.given(*READY).when(other).then_refused(AlreadyConfirmed)
    absurd = changed(CONFIRM, represents_from=date(2099, 1, 1))
    enrolment.given(SUBMITTED, nominated("anna")).when(absurd).then_refused(AbsurdDate)


def test_a_representative_ends_and_those_who_remain_are_counted() -> None:
    enrolment.given(*PLACED).when(END).then(ENDED)
    enrolment.given(*PLACED, ENDED).when(END).then_nothing()


def test_an_end_that_contradicts_is_refused() -> None:
    other = changed(END, ended_on=date(2026, 3, 2))
    enrolment.given(*PLACED, ENDED).when(other).then_refused(AlreadyEnded)
    enrolment.given(SUBMITTED).when(END).then_refused(NotNominated)
    early = changed(END, ended_on=date(2026, 1, 11))
    enrolment.given(*PLACED).when(early).then_refused(EndsBeforeItBegan, field="ended_on")


def test_who_comes_back_starts_a_new_period_after_the_old_one() -> None:
    back = enrolment.given(*PLACED, ENDED, nominated("anna"))
    overlapping = changed(CONFIRM, represents_from=date(2026, 3, 1))
    back.when(overlapping).then_refused(PeriodsOverlap, field="represents_from")
    before = changed(CONFIRM, represents_from=date(2026, 1, 1))
    back.when(before).then_refused(PeriodsOverlap, field="represents_from")
    back.when(changed(CONFIRM, represents_from=date(2026, 3, 2))).then_happened(RepresentativeConfirmed)


def test_a_committed_home_with_representatives_gets_its_place() -> None:
    enrolment.given(*READY).when(PLACE).then(enrolled())
    enrolment.given(*PLACED).when(PLACE).then_nothing()


def test_a_home_that_joins_a_running_cohort_starts_today() -> None:
    late = enrolment.given(*READY).at(NOW + timedelta(days=60))
    [event] = late.when(PLACE).events
    assert event.model_dump()["started_on"] == date(2026, 3, 13)


def test_without_commitment_there_is_no_place() -> None:
    enrolment.given(SUBMITTED, nominated("anna"), confirmed("anna")).when(PLACE).then_refused(CommitmentMissing)


@pytest.mark.parametrize("people", [(), (nominated("anna"),)])
def test_without_a_confirmed_representative_there_is_no_place(people: tuple[Any, ...]) -> None:
    enrolment.given(SUBMITTED, COMMITTED, *people).when(PLACE).then_refused(
        TooFewRepresentatives, needed=1, confirmed=0
    )


def test_a_home_has_its_place_in_one_cohort() -> None:
    other = changed(PLACE, cohort_id="cohort-b")
    enrolment.given(*PLACED).when(other).then_refused(AlreadyPlaced, cohort_id="cohort-a")


def test_a_cohort_must_be_there_and_fit() -> None:
    ready = enrolment.given(*READY)
    ready.knowing(cohort=None).when(PLACE).then_refused(CohortNotFound)
    leaderless = COHORT.model_copy(update={"lead_person_id": None})
    ready.knowing(cohort=leaderless).when(PLACE).then_refused(CohortNotFound)
    other = COHORT.model_copy(update={"pathway": "home-care"})
    ready.knowing(cohort=other).when(PLACE).then_refused(AnotherPathway)
    narrow = VERSION.model_copy(update={"settings": ("domiciliary",)})
    ready.knowing(version=narrow).when(PLACE).then_refused(SettingNotOffered, settings=["domiciliary"])


def test_a_home_withdraws_once() -> None:
    enrolment.given(*PLACED).when(WITHDRAW).then(WITHDRAWN)
    enrolment.given(*PLACED, WITHDRAWN).when(WITHDRAW).then_nothing()


def test_nobody_withdraws_tomorrow() -> None:
    tomorrow = changed(WITHDRAW, withdrawn_on=NOW.date() + timedelta(days=1))
    enrolment.given(*PLACED).when(tomorrow).then_refused(DateInFuture, field="withdrawn_on")


@pytest.mark.parametrize("command", [COMMIT, NOMINATE, CONFIRM, END, PLACE])
def test_what_is_over_is_over(command: Any) -> None:
    enrolment.given(*PLACED, WITHDRAWN).when(command).then_refused(EnrolmentOver, status="withdrawn")


@pytest.mark.parametrize("command", [COMMIT, NOMINATE, CONFIRM, END, PLACE, WITHDRAW])
def test_an_enrolment_that_nobody_applied_for_is_unknown(command: Any) -> None:
    enrolment.when(command).then_refused(EnrolmentUnknown)
