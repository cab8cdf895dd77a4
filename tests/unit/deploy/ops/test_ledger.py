"""The ledger of an audit tells streams as they were noted, and says of readers and topics what was seen of them."""

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.ops.judging import Reach
from deploy.ops.ledger import Ledger
from shared.chassis.auditing import in_journal, on_the_topic
from shared.chassis.commits import chained
from shared.chassis.ports import Document, Message

MANY = 4_000
TOPIC = "shoes-events"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path) as opened:
        yield opened


def commits(name: str, count: int = 2, sent: int = 2) -> list[Document]:
    """The commits of a stream, one public event in each; so many are marked as sent."""
    found: list[Document] = []
    for revision in range(1, count + 1):
        event = {"id": f"{name}.{revision}", "type": "t", "sequence": revision, "data": {"n": revision}}
        commit: Document = {
            "_id": f"{name}:{revision}", "stream": name, "revision": revision, "region": "north", "key": name,
            "cause": f"c{revision}", "events": [event], "correlation": "c", "causation": "c", "trace": None,
        }  # fmt: skip
        commit["chain"] = chained(found[-1]["chain"] if found else "", commit)
        found.append({**commit, "relayed": revision <= sent})
    return found


def message(name: str, sequence: int, partition: int = 0) -> Message:
    headers = (("ce_id", f"{name}.{sequence}".encode()), ("ce_subject", name.encode()))
    numbered = (*headers, ("ce_sequence", str(sequence).encode()), ("ce_type", b"sixsteps.shoes.PairSold.v1"))
    return Message(TOPIC, partition, 0, b"k", f'{{"n": {sequence}}}'.encode(), numbered)


def test_a_stream_is_told_as_journal_and_topic_have_it(ledger: Ledger) -> None:
    ledger.decide("shoes", "order-1", commits("order-1", 3, sent=2))
    assert ledger.tell(TOPIC, "", [message("order-1", 1), message("order-1", 1), message("order-1", 2)]) == 1
    (stream,) = ledger.streams("shoes", TOPIC)
    assert (stream.known, stream.relayed, len(stream.decided)) == (True, 2, 3)
    assert [line.sequence for line in stream.lines] == [1, 2]
    assert on_the_topic(stream.name, stream.decided, stream.relayed, stream.lines) is None


def test_the_order_of_the_topic_is_kept(ledger: Ledger) -> None:
    ledger.decide("shoes", "order-1", commits("order-1"))
    ledger.tell(TOPIC, "", [message("order-1", 2), message("order-1", 1, partition=7)])
    (stream,) = ledger.streams("shoes", TOPIC)
    assert [(line.sequence, line.partition) for line in stream.lines] == [(2, 0), (1, 7)]
    wrong = on_the_topic(stream.name, stream.decided, stream.relayed, stream.lines)
    assert wrong is not None
    assert wrong.promise == "nothing reordered"


def test_a_stream_that_the_journal_does_not_have_is_told_too(ledger: Ledger) -> None:
    ledger.tell(TOPIC, "", [message("order-9", 1)])
    ledger.decide("boots", "order-1", commits("order-1"))
    assert [(stream.name, stream.known) for stream in ledger.streams("shoes", TOPIC)] == [("order-9", False)]


def test_readers_and_topic_are_told_together_some_streams_at_a_time(ledger: Ledger) -> None:
    ledger.tell(TOPIC, "", [message(f"order-{number}", 1) for number in range(3)])
    seen = {"reader": "views", "stream": "shoes/order-1", "sequence": 1, "parked": None}
    ledger.place("shoes", "before", [seen, {**seen, "reader": "policies"}, {**seen, "stream": "boots/order-1"}])
    ledger.place("shoes", "after", [{**seen, "sequence": 2, "parked": "gap"}])
    first, second = ledger.pages("shoes", "views", TOPIC, "shoes", at_once=2)
    assert first.before == {"shoes/order-1": Reach(1, held_up=False)}
    assert first.after == {"shoes/order-1": Reach(2, held_up=True)}
    assert {**first.ends, **second.ends} == {f"shoes/order-{number}": 1 for number in range(3)}
    assert "boots/order-1" not in {**first.before, **second.before}


def test_many_streams_need_no_more_memory_than_a_few(ledger: Ledger) -> None:
    def audited(numbers: range) -> int:
        tracemalloc.start()
        for number in numbers:
            name = f"order-{number}"
            assert in_journal(name, commits(name)) is None
            ledger.decide("shoes", name, commits(name))
            ledger.tell(TOPIC, "", [message(name, 1), message(name, 2)])
        assert all(stream.known for stream in ledger.streams("shoes", TOPIC))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    few = audited(range(200))
    assert audited(range(200, MANY)) < 2 * few + 200_000


def test_the_furthest_number_of_each_stream_counts_and_nonsense_does_not(ledger: Ledger) -> None:
    nonsense = Message(TOPIC, 0, 4, None, b"", (("ce_subject", b"order-2"), ("ce_sequence", b"x")))
    ledger.tell(TOPIC, "", [message("order-1", 1), message("order-1", 3), message("order-1", 2), nonsense])
    (page,) = ledger.pages("shoes", "views", TOPIC, "shoes")
    assert page.ends == {"shoes/order-1": 3}
