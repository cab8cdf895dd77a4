"""A free port is one that nobody else has, or will have before it is used."""

import socket

import pytest

from deploy.local import ports
from deploy.local.ports import OURS, free_port


def test_no_port_is_given_twice() -> None:
    given = [free_port() for _ in range(300)]
    assert len(set(given)) == 300


def test_no_port_is_given_that_the_system_would_give_to_any_connection() -> None:
    with socket.socket() as any_connection:
        any_connection.bind(("127.0.0.1", 0))
        assert any_connection.getsockname()[1] not in OURS
    assert free_port() in OURS


def test_a_port_that_somebody_listens_on_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    taken, free = free_port(), free_port()
    monkeypatch.setattr(ports, "_not_given", iter([taken, free]))
    with socket.socket() as other:
        other.bind(("127.0.0.1", taken))
        other.listen()
        assert free_port() == free
    with pytest.raises(RuntimeError, match="is free"):
        free_port()
