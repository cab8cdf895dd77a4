"""Interest before there is a date: said once for each kind and area, by oneself, and taken back at any time."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.network.domain.booking import NotForSomebodyElse
from services.network.domain.interest import ExpressInterest, InterestUnknown, WithdrawInterest, identity
from services.network.service import INTERESTS
from services.network.views.interests import INTERESTS as ROWS
from services.network.views.interests import InterestRow
from shared.chassis.declarations.command import Command
from shared.events.network import GatheringInterestExpressed, GatheringInterestWithdrawn, TimeOfDay
from tests.support.scenario import Scenario
from tests.unit.network.entries import envelope
from tests.unit.network.gatherings import ANN, BEN, HOST

interest = Scenario(INTERESTS, actor=ANN)
evenings = ExpressInterest(interest_id="i1", person_id="ann", area="camden", suits=frozenset({"evening"}))
said = GatheringInterestExpressed(
    interest_id="i1", person_id="ann", kind="learning-session", area="camden", suits=("evening",)
)
taken_back = GatheringInterestWithdrawn(interest_id="i1", person_id="ann")
withdraw = WithdrawInterest(interest_id="i1")


def test_somebody_would_come() -> None:
    interest.when(evenings).then(said)
    interest.given(said).when(evenings).then_nothing()


def test_said_again_it_takes_the_place_of_what_was_said() -> None:
    both = evenings.model_copy(update={"suits": frozenset({"weekend", "evening"})})
    interest.given(said).when(both).then(said.model_copy(update={"suits": ("evening", "weekend")}))


def test_who_holds_gatherings_says_it_for_whoever_asks_them_and_nobody_else_does() -> None:
    interest.by(HOST).when(evenings).then(said)
    interest.by(BEN).when(evenings).then_refused(NotForSomebodyElse, field="person_id")


def test_it_is_taken_back_once_and_may_be_said_again() -> None:
    interest.given(said).when(withdraw).then(taken_back)
    interest.given(said, taken_back).when(withdraw).then_nothing()
    interest.given(said, taken_back).when(evenings).then(said)
    interest.when(withdraw).then_refused(InterestUnknown, field="interest_id")


def test_one_interest_for_each_person_kind_and_area() -> None:
    elsewhere = evenings.model_copy(update={"area": "brent"})
    assert identity(evenings, "north-west") != identity(elsewhere, "north-west")
    assert identity(evenings, "north-west") != identity(evenings, "wales")


def test_who_would_come_is_listed_with_the_name_until_they_take_it_back() -> None:
    row = ROWS.next_row(None, said, envelope())
    assert row is not None
    assert ROWS.present is not None
    assert (ROWS.present(row, {"name": "Ann Lloyd", "email": "a@b"}, HOST) or {})["name"] == "Ann Lloyd"
    assert ROWS.next_row(row, taken_back, envelope()) is None


class InterestLife(RuleBasedStateMachine):
    """Asks for anything; every command is asked twice, the second time nothing may happen."""

    @initialize()
    def begin(self) -> None:
        self.life = interest.given(said)

    def ask(self, command: Command) -> None:
        self.life = self.life.given(*self.life.when(command).events)
        assert self.life.when(command).events == ()

    @rule(suits=st.frozensets(st.sampled_from(("morning", "evening")), min_size=1))
    def express(self, suits: frozenset[TimeOfDay]) -> None:
        self.ask(evenings.model_copy(update={"suits": suits}))

    @rule()
    def withdraw(self) -> None:
        self.ask(withdraw)

    @invariant()
    def is_listed_while_it_lives(self) -> None:
        row: InterestRow | None = None
        for event in self.life.history:
            row = ROWS.next_row(row, event, envelope())
            assert ROWS.next_row(row, event, envelope()) == row
        assert (row.suits if row else None) == (self.life.state.suits if self.life.state.live else None)


InterestLife.TestCase.settings = settings(max_examples=20, stateful_step_count=10, deadline=None, derandomize=True)
TestInterestLife = InterestLife.TestCase
