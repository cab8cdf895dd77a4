"""Whatever an enrolment is asked, in whatever order and however often: one place, one award each, one completion."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.enrolment.domain.catch_up_booking import BookCatchUp, CancelCatchUp
from services.enrolment.domain.completion import NoteAttendance, NoteSignOff
from services.enrolment.domain.leaving import (
    PauseEnrolment,
    PauseVacant,
    RejectApplication,
    ResumeEnrolment,
    WithdrawEnrolment,
)
from services.enrolment.domain.overrun import FlagOverdue
from services.enrolment.domain.placing import (
    ApplyingHome,
    ChosenCohort,
    PlaceHome,
    RecordCommitment,
    SubmitApplication,
)
from services.enrolment.domain.representatives import (
    ConfirmRepresentative,
    EndRepresentative,
    NominateRepresentative,
)
from services.enrolment.domain.risks import NoteAbsence, NoteActivity, NoteManagerChange, ReviewCatchUps
from services.enrolment.domain.succession import ReplaceRepresentative
from services.enrolment.domain.waiting import AcceptPlace, DeclinePlace, JoinWaitingList, NoteOffer, NoteOfferOver
from services.enrolment.service import ENROLMENTS, PROGRAMME_VERSIONS
from shared.chassis.declarations.command import Command
from shared.events.enrolment import (
    ChampionAwarded,
    CommitmentRecorded,
    CoverageCompleted,
    EnrolmentAtRisk,
    EnrolmentCompleted,
    EnrolmentRiskCleared,
    EnrolmentWithdrawn,
    HomeEnrolled,
    RepresentativeConfirmed,
    SignOffNoted,
    WorkshopCovered,
)
from shared.events.values import CompletionRules
from tests.support.enrolment_story import CODES, STARTS_ON, VERSION_ID, published
from tests.support.scenario import NOW, Scenario

IDS: Mapping[str, Any] = {"enrolment_id": "enrolment-1"}
PEOPLE = st.sampled_from(("anna", "ben"))
RARELY = st.integers(min_value=0, max_value=4).map(lambda number: number == 0)
COHORTS = st.sampled_from(("cohort-a", "cohort-b"))
DAYS = st.integers(min_value=0, max_value=300).map(lambda days: STARTS_ON + timedelta(days=days))
PERCENTS = st.sampled_from((34, 67, 100))


class EnrolmentLife(RuleBasedStateMachine):
    """Asks for anything at any time; every command is asked twice, the second time nothing may happen."""

    @initialize(home=PERCENTS, award=PERCENTS, needed=st.integers(min_value=1, max_value=2))
    def begin(self, home: int, award: int, needed: int) -> None:
        rules = CompletionRules(home_coverage_percent=home, award_coverage_percent=award, min_representatives=needed)
        version = Scenario(PROGRAMME_VERSIONS).given(published(rules=rules)).state
        cohort = ChosenCohort(pathway="care-homes", version_id=VERSION_ID, starts_on=STARTS_ON, lead_person_id="lead")
        applying = ApplyingHome(name="Bryn Awel", setting="care-home-nursing")
        known = Scenario(ENROLMENTS).knowing(version=version, cohort=cohort, home=applying)
        self.life = known.at(NOW + timedelta(days=400))

    def ask(self, command: Command) -> None:
        answer = self.life.when(command)
        self.life = self.life.given(*answer.events)
        again = self.life.when(command)
        assert again.events == ()
        assert (again.refusal is None) == (answer.refusal is None)

    @rule()
    def apply(self) -> None:
        self.ask(SubmitApplication(**IDS, home_id="home-1", pathway="care-homes", applicant_person_id="manager"))

    @rule()
    def commit(self) -> None:
        self.ask(
            RecordCommitment(
                **IDS,
                signatory_person_id="manager",
                signatory_role="manager",
                wording_version="commitment-1",
                signed_on=date(2026, 1, 10),
            )
        )

    @rule(person=PEOPLE)
    def nominate(self, person: str) -> None:
        self.ask(NominateRepresentative(**IDS, person_id=person, job_role="care-worker"))

    @rule(person=PEOPLE)
    def confirm(self, person: str) -> None:
        self.ask(ConfirmRepresentative(**IDS, person_id=person))

    @rule(person=PEOPLE, day=DAYS)
    def end(self, person: str, day: date) -> None:
        self.ask(EndRepresentative(**IDS, person_id=person, reason="other", ended_on=day))

    @rule(cohort=COHORTS)
    def place(self, cohort: str) -> None:
        self.ask(PlaceHome(**IDS, cohort_id=cohort))

    @rule(person=PEOPLE, code=st.sampled_from((*CODES, "X1")), day=DAYS)
    def attend(self, person: str, code: str, day: date) -> None:
        self.ask(NoteAttendance(**IDS, attendance_id=f"{person}-{code}", person_id=person, code=code, on=day))

    @rule(day=DAYS)
    def sign_off(self, day: date) -> None:
        self.ask(NoteSignOff(**IDS, portfolio_id="portfolio-1", signed_off_on=day))

    @rule(leaver=PEOPLE, newcomer=st.sampled_from(("ben", "cora")))
    def replace(self, leaver: str, newcomer: str) -> None:
        told = {"outgoing_person_id": leaver, "incoming_person_id": newcomer, "job_role": "nurse", "reason": "other"}
        self.ask(ReplaceRepresentative.model_validate({**IDS, **told}))

    @rule(cohort=COHORTS)
    def wait(self, cohort: str) -> None:
        self.ask(JoinWaitingList(**IDS, cohort_id=cohort))

    @rule(cohort=COHORTS)
    def hear_of_an_offer(self, cohort: str) -> None:
        self.ask(NoteOffer(**IDS, cohort_id=cohort, expires_at=self.life.now + timedelta(days=14)))

    @rule(cohort=COHORTS)
    def hear_that_it_is_over(self, cohort: str) -> None:
        self.ask(NoteOfferOver(**IDS, cohort_id=cohort))

    @rule(cohort=COHORTS, yes=st.booleans())
    def answer(self, cohort: str, yes: bool) -> None:
        self.ask(AcceptPlace(**IDS, cohort_id=cohort) if yes else DeclinePlace(**IDS, cohort_id=cohort))

    @rule(on=RARELY)
    def pause(self, on: bool) -> None:
        self.ask(PauseEnrolment(**IDS, reason="outbreak") if on else ResumeEnrolment(**IDS))

    @rule(person=PEOPLE, code=st.sampled_from(CODES))
    def miss(self, person: str, code: str) -> None:
        self.ask(NoteAbsence(**IDS, attendance_id=f"no-{person}-{code}", person_id=person, code=code, on=STARTS_ON))

    @rule(person=PEOPLE, code=st.sampled_from(CODES), booked=st.booleans())
    def going_to_catch_up(self, person: str, code: str, booked: bool) -> None:
        whose: dict[str, Any] = {**IDS, "person_id": person, "code": code}
        self.ask(BookCatchUp(**whose, method="one-to-one") if booked else CancelCatchUp(**whose))
        self.ask(ReviewCatchUps(**IDS))

    @rule(day=DAYS)
    def work(self, day: date) -> None:
        self.ask(NoteActivity(**IDS, on=day))

    @rule(person=st.sampled_from(("manager", "new")), day=DAYS)
    def change_manager(self, person: str, day: date) -> None:
        self.ask(NoteManagerChange(**IDS, manager_person_id=person, changed_on=day))

    @rule(rejects=RARELY)
    def turn_down(self, rejects: bool) -> None:
        if rejects and self.life.state.cohort_id is None:
            self.ask(RejectApplication(**IDS, reason="duplicate"))

    @rule()
    def look_at_the_time(self) -> None:
        self.ask(FlagOverdue(**IDS))
        self.ask(PauseVacant(**IDS))

    @rule(asked=st.integers(min_value=0, max_value=9))
    def withdraw(self, asked: int) -> None:
        if asked == 0:
            self.ask(WithdrawEnrolment(**IDS, reason="other"))

    @invariant()
    def happens_once(self) -> None:
        told = Counter(type(event) for event in self.life.history)
        once = (HomeEnrolled, CoverageCompleted, EnrolmentCompleted, EnrolmentWithdrawn, SignOffNoted)
        assert all(told[kind] <= 1 for kind in once)
        assert not (told[EnrolmentCompleted] and told[EnrolmentWithdrawn])
        covered = Counter(event.code for event in self.life.history if isinstance(event, WorkshopCovered))
        awarded = Counter(event.person_id for event in self.life.history if isinstance(event, ChampionAwarded))
        assert all(count == 1 for count in (*covered.values(), *awarded.values()))

    @invariant()
    def stands_in_one_place(self) -> None:
        state = self.life.state
        assert not (state.cohort_id and (state.waiting_cohort_id or state.offer))
        assert (state.status == "offered") == (state.offer is not None and state.live)
        assert (state.status == "paused") <= (state.paused_on is not None)

    @invariant()
    def only_who_is_there_and_has_not_covered_it_is_going_to_catch_up(self) -> None:
        state = self.life.state
        for booked in state.catch_ups.values():
            assert state.live
            assert booked.person_id in state.active
            assert booked.code not in state.covered_by(booked.person_id)

    @invariant()
    def is_vacant_only_without_anybody(self) -> None:
        assert not (self.life.state.vacant_since and self.life.state.active)

    @invariant()
    def a_risk_is_raised_and_cleared_in_turn(self) -> None:
        open_reasons: set[str] = set()
        for event in self.life.history:
            if isinstance(event, EnrolmentAtRisk):
                assert event.reason not in open_reasons
                open_reasons.add(event.reason)
                assert set(event.reasons) == open_reasons
            if isinstance(event, EnrolmentRiskCleared):
                open_reasons.remove(event.reason)
                assert set(event.reasons) == open_reasons
        assert self.life.state.risks.keys() == open_reasons

    @invariant()
    def happens_only_after_what_it_needs(self) -> None:
        seen: set[type] = set()
        needs = {
            HomeEnrolled: {CommitmentRecorded, RepresentativeConfirmed},
            CoverageCompleted: {HomeEnrolled, WorkshopCovered},
            ChampionAwarded: {CoverageCompleted, SignOffNoted},
            EnrolmentCompleted: {CoverageCompleted, SignOffNoted},
        }
        for event in self.life.history:
            assert needs.get(type(event), set()) <= seen
            seen.add(type(event))
        if {CoverageCompleted, SignOffNoted} <= seen and EnrolmentWithdrawn not in seen:
            assert EnrolmentCompleted in seen


EnrolmentLife.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None, derandomize=True)
TestEnrolmentLife = EnrolmentLife.TestCase
