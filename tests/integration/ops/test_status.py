"""The status says what is, and whether somebody has to do something."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from deploy.ops.status import ServiceStatus, statuses
from deploy.ops.topics import described_topics
from shared.chassis.ports import Change


async def looked_at(shops: Any) -> ServiceStatus:
    [found] = await statuses(shops.environments, {}, shops.find)
    return found


async def test_a_sound_service_needs_no_attention(shops: Any, live: Any) -> None:
    await live.orders(3)
    found = await looked_at(shops)
    assert found.kept is not None
    assert (found.needs_attention, found.away, found.http.up) == (False, [], None)
    assert found.lag == {"policies": 0, "views": 0, "errands": 0}
    assert (found.kept.unrelayed, found.kept.waiting, found.kept.due, found.kept.late) == (0, 3, 0, 0)


async def test_a_late_deadline_needs_attention_and_one_just_due_does_not(shops: Any, live: Any) -> None:
    [order] = await live.orders(1)
    for minutes, late in ((0, 0), (60, 1)):
        moment = live.at.around.clock.now() - timedelta(minutes=minutes)
        await live.at.around.store.write("deadlines", [Change(f"unpaid-order|{order}", {"due_at": moment})])
        found = await looked_at(shops)
        assert found.kept is not None
        assert (found.kept.waiting, found.kept.due, found.kept.late) == (0, 1, late)
        assert found.needs_attention is bool(late)


async def test_parked_messages_need_attention(shops: Any, live: Any) -> None:
    await live.poison("order-y", 1)
    await live.poison("order-z", 2)
    found = await looked_at(shops)
    assert found.kept is not None
    assert found.needs_attention
    assert found.kept.parked == {"policies": 2, "views": 2, "errands": 2}
    assert (found.kept.blocked, found.kept.gaps) == (3, 3)


async def test_a_service_that_does_not_answer_is_not_ready(shops: Any) -> None:
    [found] = await statuses(shops.environments, {"shoes": "http://127.0.0.1:9"}, shops.find)
    assert (found.http.up, found.http.ready, found.needs_attention) == (False, False, True)


async def test_a_broker_that_is_away_is_named_and_the_rest_is_told(shops: Any) -> None:
    settings = {**shops.settings, "SIXSTEPS_KAFKA": "127.0.0.1:9"}
    found = await looked_at(replace(shops, environments={"shoes": settings}))
    assert (found.away, found.lag) == (["broker"], None)
    assert found.kept is not None


async def test_topics_are_told_with_partitions_records_and_settings(shops: Any, live: Any) -> None:
    await live.orders(4)
    events, cards = await described_topics(shops.environments, shops.find)
    assert (events.partitions, events.records, events.settings["retention.ms"]) == (3, 4, "-1")
    assert (cards.partitions, cards.records, cards.settings["cleanup.policy"]) == (3, 0, "compact")


async def test_a_topic_that_is_not_there_is_told_and_not_made(shops: Any) -> None:
    elsewhere = {"shoes": {**shops.settings, "SIXSTEPS_TOPIC_PREFIX": "nowhere-"}}
    for _ in range(2):
        found = await described_topics(elsewhere, shops.find)
        assert [topic.partitions for topic in found] == [0, 0]


async def test_a_topic_that_is_gone_is_named_and_the_broker_is_not_blamed(shops: Any) -> None:
    elsewhere = {"shoes": {**shops.settings, "SIXSTEPS_TOPIC_PREFIX": "never-made-"}}
    [found] = await statuses(elsewhere, {}, shops.find)
    assert (found.away, found.lacks_topics, found.needs_attention) == (["topic never-made-shoes-events"], True, True)
