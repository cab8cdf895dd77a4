"""The matrix notices when a guarantee is taken out of the chassis."""

from collections.abc import Callable, Iterator

import pytest

from tests.integration.matrix import breakings
from tests.integration.matrix.in_memory import play
from tests.support.ports.faults import Fault, Tape

Break = Callable[[pytest.MonkeyPatch], None]
ENOUGH = 60

# what is broken, and at which calls (port.method) it must come to light
BROKEN: list[tuple[Break, str]] = [
    (breakings.no_sweep, "store.insert"),
    (breakings.mark_before_acknowledgement, "producer.send"),
    (breakings.reactions_without_cause, "store.insert_many"),
    (breakings.positions_before_effects, "store.insert_many"),
    (breakings.offsets_before_effects, "consumer.on_batch"),
    (breakings.offsets_before_positions, "consumer.settle"),
    (breakings.refusal_from_the_cache, "store.insert"),
    (breakings.errand_without_claim, "gateway.book"),
]


@pytest.mark.parametrize(("broken", "calls"), BROKEN, ids=lambda value: getattr(value, "__name__", ""))
def test_the_matrix_notices(broken: Break, calls: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = play()
    broken(monkeypatch)
    found = (play(fault).ledger.differences(sound.ledger) for fault in _faults(play().tape, calls))
    noticed = next(filter(None, found), None)
    assert noticed is not None
    print(noticed[:2])  # noqa: T201 - tells a reader what it looks like


def _faults(tape: Tape, calls: str) -> Iterator[Fault]:
    at = [fault for fault in tape.points if f"{fault.call.port}.{fault.call.method}" == calls]
    yield from at[:ENOUGH]
