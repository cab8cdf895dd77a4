"""A platform for trying out says what it starts, and is stopped in order, however it is asked to stop."""

import signal
from collections.abc import Iterator

import pytest

from deploy.demo.opening import stopping_in_order, what_starts


@pytest.fixture
def handlers() -> Iterator[None]:
    """The handlers of this process are as they were afterwards."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("of_interrupt", [signal.default_int_handler, signal.SIG_IGN])
def test_a_request_to_end_is_heard_also_where_a_shell_ignores_ctrl_c_for_it(
    handlers: None, number: signal.Signals, of_interrupt: signal.Handlers
) -> None:
    signal.signal(signal.SIGINT, of_interrupt)
    with pytest.raises(KeyboardInterrupt), stopping_in_order():
        signal.raise_signal(number)


def test_what_others_run_is_not_said_to_be_started() -> None:
    assert what_starts("embedded") == "Starting broker, database and four services …"
    assert what_starts("external") == "Starting four services …"
