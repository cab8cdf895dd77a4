from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.notifications.domain.digest import NAMED_AT_MOST, Item, PlanDigest, TellDigest, next_moment
from services.notifications.domain.recipient import recipient_id
from services.notifications.service import DIGESTS
from shared.events.notifications import DigestPassed, DigestPlanned, DigestTold
from tests.support.scenario import REGION, Scenario

digest = Scenario(DIGESTS)
FAY = recipient_id(REGION, "fay")
TELL_AT = datetime(2026, 1, 19, 9, tzinfo=UTC)
NEXT = TELL_AT + timedelta(days=7)
plan = PlanDigest(digest_id=FAY, person_id="fay", audience_id="a1")
tell = TellDigest(digest_id=FAY, tell_at=TELL_AT)
planned = DigestPlanned(digest_id=FAY, person_id="fay", audience_id="a1", tell_at=TELL_AT)


def item(
    notice_id: str = "n1", collect: Any = "until-lifted", valid_until: datetime = NEXT + timedelta(days=30)
) -> Item:
    return Item(
        notice_id=notice_id, audience_id="a1", about=(f"en1/{notice_id}",), collect=collect, valid_until=valid_until
    )


def facts(*items: Item) -> dict[str, Any]:
    return {"items": items}


def told(**changes: Any) -> DigestTold:
    about: dict[str, Any] = {
        "digest_id": FAY,
        "person_id": "fay",
        "waiting": ("en1/n1",),
        "waiting_count": 1,
        "approved": (),
        "approved_count": 0,
        "audiences": ("a1",),
        "told_notices": (),
        "told_at": TELL_AT,
        "again_at": NEXT,
    }
    return DigestTold(**{**about, **changes})


def test_a_digest_is_planned_for_the_next_monday_at_nine():
    digest.when(plan).then(planned)


def test_a_digest_that_was_planned_when_its_id_was_the_persons_is_told_to_that_person():
    before = DigestPlanned(digest_id="fay", audience_id="a1", tell_at=TELL_AT)
    answer = digest.given(before).at(TELL_AT).when(TellDigest(digest_id="fay", tell_at=TELL_AT), facts=facts(item()))
    answer.then(told(digest_id="fay"))


def test_a_digest_that_is_planned_waits_for_more():
    digest.given(planned).when(plan).then_nothing()
    other = PlanDigest(digest_id=FAY, person_id="fay", audience_id="a2")
    digest.given(planned).when(other).then(
        DigestPlanned(digest_id=FAY, person_id="fay", audience_id="a2", tell_at=TELL_AT)
    )


def test_a_person_who_wants_a_digest_each_day_gets_it_tomorrow():
    tomorrow = datetime(2026, 1, 13, 9, tzinfo=UTC)
    digest.when(plan, facts={"cadence": "daily"}).then(planned.model_copy(update={"tell_at": tomorrow}))


def test_what_waits_is_told_and_told_again_in_a_week():
    digest.given(planned).at(TELL_AT).when(tell, facts=facts(item())).then(told())


def test_what_was_approved_is_told_once():
    once = item(collect="once")
    first = told(
        waiting=(), waiting_count=0, approved=("en1/n1",), approved_count=1, told_notices=("n1",), again_at=None
    )
    digest.given(planned).at(TELL_AT).when(tell, facts=facts(once)).then(first)
    again = digest.given(planned, first, planned.model_copy(update={"tell_at": NEXT})).at(NEXT)
    passed = DigestPassed(digest_id=FAY, audiences=("a1",), told_notices=("n1",))
    again.when(TellDigest(digest_id=FAY, tell_at=NEXT), facts=facts(once)).then(passed)


def test_a_digest_in_which_nothing_is_left_passes():
    empty = DigestPassed(digest_id=FAY, audiences=(), told_notices=())
    digest.given(planned).at(TELL_AT).when(tell, facts=facts()).then(empty)
    over = item(valid_until=TELL_AT)
    digest.given(planned).at(TELL_AT).when(tell, facts=facts(over)).then(empty)


def test_a_digest_is_told_once_and_not_before_its_moment():
    digest.given(planned).when(tell, facts=facts(item())).then_nothing()
    digest.given(planned, told()).at(TELL_AT).when(tell, facts=facts(item())).then_nothing()
    digest.at(TELL_AT).when(tell, facts=facts(item())).then_nothing()


def test_a_long_list_is_counted_and_its_beginning_is_named():
    many = [item(f"n{number}") for number in range(NAMED_AT_MOST + 5)]
    answer = digest.given(planned).at(TELL_AT).when(tell, facts=facts(*many))
    (event,) = answer.events
    assert isinstance(event, DigestTold)
    assert (event.waiting_count, len(event.waiting)) == (NAMED_AT_MOST + 5, NAMED_AT_MOST)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-10-24T08:00", "2026-10-25T09:00"),
        ("2026-10-25T08:00", "2026-10-25T09:00"),
        ("2026-10-25T09:00", "2026-10-26T09:00"),
        ("2026-10-23T08:00", "2026-10-24T08:00"),
        ("2026-03-28T09:00", "2026-03-29T08:00"),
        ("2026-03-29T08:00", "2026-03-30T08:00"),
    ],
)
def test_it_is_nine_on_the_wall_also_when_the_clocks_change(now: str, expected: str):
    moment, nine = (datetime.fromisoformat(f"{told}+00:00") for told in (now, expected))
    assert next_moment(moment, "daily") == nine


@pytest.mark.parametrize(("cadence", "number"), [("daily", 365), ("weekly", 52)])
def test_a_year_has_a_digest_for_each_day_or_week(cadence: Any, number: int):
    moments, now = [], datetime(2026, 1, 1, tzinfo=UTC)
    while now < datetime(2027, 1, 1, tzinfo=UTC):
        moments.append(now := next_moment(now, cadence))
    assert len([moment for moment in moments if moment.year == 2026]) == number
