"""Whatever a gathering is asked, in whatever order: never too many, first come first served, everybody counted once."""

from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.network.domain.booking import BookPlace, CancelBooking
from services.network.domain.gathering import CancelGathering, EnlargeGathering, MoveGathering
from services.network.domain.member_commands import Background, Sector
from services.network.domain.presence import CloseGathering, RecordPresence, VoidPresence
from services.network.views.gatherings import GATHERINGS, GatheringRow
from shared.chassis.declarations.command import Command
from shared.events.network import (
    GatheringHeld,
    GatheringPlaceBooked,
    GatheringPlaceGiven,
    GatheringWaitingListJoined,
    PresenceStatus,
)
from tests.support.scenario import Answer
from tests.unit.network.entries import envelope
from tests.unit.network.gatherings import ENDS, LATER, STARTS, gathering, publish, published

PEOPLE = st.sampled_from(("ann", "ben", "cat", "dan", "eve"))
SECTORS: st.SearchStrategy[Sector] = st.sampled_from(("health", "carers", "not-stated"))
BACKGROUNDS: st.SearchStrategy[Background] = st.sampled_from(("nurse", "manager", "not-stated"))
STATUSES: st.SearchStrategy[PresenceStatus] = st.sampled_from(("attended", "part", "absent"))


class GatheringLife(RuleBasedStateMachine):
    """Asks for anything at any time; every command is asked twice, the second time nothing may happen."""

    @initialize(capacity=st.integers(min_value=1, max_value=3))
    def begin(self, capacity: int) -> None:
        self.life = gathering.given(published.model_copy(update={"capacity": capacity}))

    def ask(self, command: Command) -> Answer:
        answer = self.life.when(command)
        self.life = self.life.given(*answer.events)
        assert self.life.when(command).events == ()
        return answer

    @rule(person=PEOPLE, sector=SECTORS, background=BACKGROUNDS)
    def book(self, person: str, sector: Sector, background: Background) -> None:
        self.ask(BookPlace(gathering_id="g1", person_id=person, sector=sector, background=background))

    @rule(person=PEOPLE)
    def give_back(self, person: str) -> None:
        self.ask(CancelBooking(gathering_id="g1", person_id=person))

    @rule(capacity=st.integers(min_value=1, max_value=5))
    def enlarge(self, capacity: int) -> None:
        self.ask(EnlargeGathering(gathering_id="g1", capacity=capacity))

    @rule()
    def move(self) -> None:
        there: dict[str, Any] = {"starts_at": STARTS + LATER, "ends_at": ENDS + LATER}
        self.ask(MoveGathering(gathering_id="g1", **there, mode="online", reason="goes-online"))

    @rule(after=st.sampled_from((timedelta(0), timedelta(minutes=5), LATER)))
    def time_passes(self, after: timedelta) -> None:
        self.life = self.life.at(max(self.life.now, STARTS + after))

    @rule(person=PEOPLE, status=STATUSES, background=BACKGROUNDS)
    def record(self, person: str, status: PresenceStatus, background: Background) -> None:
        self.ask(RecordPresence(gathering_id="g1", person_id=person, status=status, background=background))

    @rule(person=PEOPLE)
    def void(self, person: str) -> None:
        self.ask(VoidPresence(gathering_id="g1", person_id=person, reason="other"))

    @rule(seldom=st.integers(min_value=0, max_value=9))
    def end(self, seldom: int) -> None:
        if seldom == 0:
            self.ask(CancelGathering(gathering_id="g1", reason="other"))
        elif seldom == 1:
            self.ask(CloseGathering(gathering_id="g1"))

    @invariant()
    def holds_nobody_twice_and_never_too_many(self) -> None:
        state = self.life.state
        assert len(state.booked) <= state.capacity
        assert not state.booked.keys() & state.waiting.keys()
        assert not state.waiting or state.places_left == 0

    @invariant()
    def serves_whoever_came_first(self) -> None:
        waiting: list[str] = []
        for event in self.life.history:
            match event:
                case GatheringWaitingListJoined():
                    waiting.append(event.person_id)
                case GatheringPlaceBooked():
                    assert not waiting
                case GatheringPlaceGiven():
                    assert event.person_id == waiting.pop(0)
                case _ if getattr(event, "held", None) == "waiting":
                    waiting.remove(getattr(event, "person_id", ""))
        assert waiting == list(self.life.state.waiting)

    @invariant()
    def is_counted_the_same_by_rule_and_view(self) -> None:
        state, row = self.life.state, self._row()
        assert (row.booked, row.waiting, row.capacity) == (len(state.booked), len(state.waiting), state.capacity)
        assert sum(row.mix.values()) == sum(row.backgrounds.values()) == row.booked
        assert sum(row.attended_mix.values()) == sum(row.attended_backgrounds.values()) == row.attended
        assert min([*row.backgrounds.values(), *row.attended_backgrounds.values()], default=1) > 0
        for event in self.life.history:
            if isinstance(event, GatheringHeld):
                assert sum(count.people for count in event.mix) == event.attended == row.attended
                assert {each.background: each.people for each in event.backgrounds} == row.attended_backgrounds

    def _row(self) -> GatheringRow:
        row: GatheringRow | None = None
        for event in self.life.history:
            row = GATHERINGS.next_row(row, event, envelope())
        assert row is not None
        return row


GatheringLife.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None, derandomize=True)
TestGatheringLife = GatheringLife.TestCase


def test_announcing_again_what_was_announced_changes_nothing_later() -> None:
    assert gathering.given(published).at(ENDS).when(publish).events == ()
