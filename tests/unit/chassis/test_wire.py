"""What lies on a topic is read only when it is a CloudEvent of ours."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat

from shared.chassis.catalogue import Catalogue
from shared.chassis.ports import Message
from shared.chassis.wire import Unreadable, read, record
from tests.support.shoes_events import PairStocked

CATALOGUE = Catalogue([PairStocked])
STOCKED = PairStocked(pair_id="p", stock_number="1-2", size=41)


def message(event: PairStocked) -> Message:
    commit = {
        "stream": "pair-p",
        "key": "shop-1",
        "region": "north",
        "at": datetime(2026, 3, 2, 9, tzinfo=UTC),
        "correlation": "corr",
        "causation": "cause",
        "trace": None,
    }
    row = {"id": "e1", "type": event.type_name(), "sequence": 7, "data": event.model_dump(mode="json")}
    sent = record(commit, row, "/sixsteps/test/shoes")
    return Message("shoes-events", 0, 0, sent.key, sent.value, sent.headers)


def changed(original: Message, **values: bytes | None) -> Message:
    """The message with these headers changed, or (None) without them."""
    told = {**dict(original.headers), **{f"ce_{name}": value for name, value in values.items()}}
    return replace(original, headers=tuple((name, value) for name, value in told.items() if value is not None))


def test_our_reading_and_the_librarys_agree() -> None:
    lies_there = message(STOCKED)
    received = read(lies_there, CATALOGUE)
    theirs = from_binary(KafkaMessage(dict(lies_there.headers), None, lies_there.value or b""), JSONFormat())
    ours = received.envelope
    assert received.event == STOCKED
    assert (ours.id, ours.type, ours.source, ours.subject) == (
        theirs.get_id(),
        theirs.get_type(),
        theirs.get_source(),
        theirs.get_subject(),
    )
    assert ours.time == theirs.get_time()
    assert (str(ours.sequence), ours.region) == (theirs.get_extension("sequence"), theirs.get_extension("region"))


@pytest.mark.parametrize(
    "spoilt",
    [
        {"specversion": None},
        {"specversion": b"0.3"},
        {"id": b""},
        {"id": None},
        {"type": b""},
        {"source": None},
        {"subject": b""},
        {"time": None},
        {"time": b"yesterday"},
        {"time": b"2026-03-02T09:00:00"},
        {"sequence": b"seven"},
        {"region": b"\xff"},
        {"partitionkey": None},
    ],
    ids=str,
)
def test_what_is_no_cloudevent_of_ours_is_unreadable(spoilt: dict[str, bytes | None]) -> None:
    with pytest.raises(Unreadable, match=r"^envelope: "):
        read(changed(message(STOCKED), **spoilt), CATALOGUE)
