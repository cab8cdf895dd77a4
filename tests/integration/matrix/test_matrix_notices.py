"""The matrix notices when a guarantee is taken out of the chassis."""

from collections.abc import Callable, Iterator

import pytest

from tests.integration.matrix import breakings
from tests.integration.matrix.in_memory import play
from tests.integration.matrix.process import Fell
from tests.support.ports.faults import Fault, Tape

Break = Callable[[pytest.MonkeyPatch], None]
ENOUGH = 60

# what is broken, at which calls (port.method) it must come to light, and which promise it must be seen to break
BROKEN: list[tuple[Break, str, str]] = [
    (breakings.no_sweep, "store.insert", "the shop comes to rest"),
    (breakings.mark_before_acknowledgement, "producer.send", "nothing reordered"),
    (breakings.reactions_without_cause, "store.insert_many", "story: order-book"),
    (breakings.positions_before_effects, "store.insert_many", "story: order-book"),
    (breakings.offsets_before_effects, "consumer.on_batch", "not read to the end"),
    (breakings.offsets_before_positions, "consumer.settle", "not read to the end"),
    (breakings.refusal_from_the_cache, "store.insert", "then ('refused'"),
    (breakings.errand_without_claim, "gateway.book", "called more than once"),
]


@pytest.mark.parametrize(("broken", "calls", "promise"), BROKEN, ids=lambda value: getattr(value, "__name__", ""))
def test_the_matrix_notices(broken: Break, calls: str, promise: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = play()
    broken(monkeypatch)
    found = [play(fault).ledger.differences(sound.ledger) for fault in _faults(play().tape, calls)]
    assert not [why for each in found for why in each if why.startswith(Fell.__name__)], "the planting itself falls"
    noticed = next((why for each in found for why in each if promise in why), None)
    assert noticed is not None
    print(noticed[:200])  # noqa: T201 - tells a reader what it looks like


def _faults(tape: Tape, calls: str) -> Iterator[Fault]:
    at = [fault for fault in tape.points if f"{fault.call.port}.{fault.call.method}" == calls]
    yield from at[:ENOUGH]
