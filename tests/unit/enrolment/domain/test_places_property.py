"""Whoever asks a cohort for a place, in whatever order: no place is given twice, and the line is kept."""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.enrolment.domain.cohort import CloseCohort, OpenCohort
from services.enrolment.domain.enrolment_state import Enrolment
from services.enrolment.domain.places import ExpireOffer, FreePlace, TakePlace, TakeWaitingPlace
from services.enrolment.service import COHORTS
from shared.chassis.declarations.command import Command
from shared.events.enrolment import WaitingPlaceOffered
from tests.support.enrolment_story import COHORT_PLANNED, LEAD_ASSIGNED
from tests.support.scenario import NOW, Scenario

ENROLMENTS = st.integers(min_value=1, max_value=6)


class CohortPlaces(RuleBasedStateMachine):
    """Two places, six homes; every command is asked twice, the second time nothing may happen."""

    def __init__(self) -> None:
        super().__init__()
        self.cohort = Scenario(COHORTS).given(COHORT_PLANNED, LEAD_ASSIGNED)

    def ask(self, command: Command, number: int = 0) -> None:
        applied = Enrolment(
            enrolment_id=f"e{number}", home_id=f"h{number}", status="withdrawn", applied_at=NOW - timedelta(number)
        )
        answer = self.cohort.when(command, {"enrolment": applied})
        self.in_order(answer.events)
        self.cohort = self.cohort.given(*answer.events)
        again = self.cohort.when(command, {"enrolment": applied})
        assert again.events == ()
        assert (again.refusal is None) == (answer.refusal is None)

    def in_order(self, events: object) -> None:
        assert isinstance(events, tuple)
        offers = [event.enrolment_id for event in events if isinstance(event, WaitingPlaceOffered)]
        earlier = dict(self.cohort.state.offered)
        line = [waiting for waiting in self.cohort.state.waiting if waiting.enrolment_id not in earlier]
        waiting_before = sorted(line, key=lambda waiting: waiting.applied_at)
        known = [waiting.enrolment_id for waiting in waiting_before if waiting.enrolment_id in offers]
        assert known == [enrolment_id for enrolment_id in offers if enrolment_id in known]

    @rule(number=ENROLMENTS)
    def wait(self, number: int) -> None:
        self.ask(TakeWaitingPlace(cohort_id="cohort-a", enrolment_id=f"e{number}"), number)

    @rule(number=ENROLMENTS)
    def take(self, number: int) -> None:
        self.ask(TakePlace(cohort_id="cohort-a", enrolment_id=f"e{number}"), number)

    @rule(number=ENROLMENTS)
    def free(self, number: int) -> None:
        self.ask(FreePlace(cohort_id="cohort-a", enrolment_id=f"e{number}"), number)

    @rule(number=ENROLMENTS)
    def let_an_offer_run_out(self, number: int) -> None:
        self.cohort = self.cohort.at(self.cohort.now + timedelta(days=15))
        self.ask(ExpireOffer(cohort_id="cohort-a", enrolment_id=f"e{number}"), number)

    @rule()
    def open(self) -> None:
        self.ask(OpenCohort(cohort_id="cohort-a"))

    @rule(asked=st.integers(min_value=0, max_value=9))
    def close(self, asked: int) -> None:
        if asked == 0:
            self.ask(CloseCohort(cohort_id="cohort-a"))

    @invariant()
    def no_place_is_given_twice(self) -> None:
        state = self.cohort.state
        assert state.places_left >= 0
        assert len(state.placed) == len(set(state.placed))
        assert not set(state.placed) & set(state.offered)

    @invariant()
    def whoever_has_an_offer_stands_in_the_line_and_nobody_waits_beside_a_free_place(self) -> None:
        state = self.cohort.state
        line = [waiting.enrolment_id for waiting in state.waiting]
        assert len(line) == len(set(line))
        assert set(state.offered) <= set(line)
        assert not set(line) & set(state.placed)
        if state.status == "open" and set(line) - set(state.offered):
            assert state.places_left == 0


CohortPlaces.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None, derandomize=True)
TestCohortPlaces = CohortPlaces.TestCase
