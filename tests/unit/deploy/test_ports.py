"""A free port is one that nobody else has, or will have before it is used."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.local import ports
from deploy.local.ports import OURS, free_port

ROOT = Path(__file__).resolve().parents[3]


def test_no_port_is_given_twice() -> None:
    given = [free_port() for _ in range(100)]
    assert len(set(given)) == 100


def test_no_port_is_given_that_another_living_process_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    with another_process() as theirs:
        monkeypatch.setattr(ports, "_not_given", iter([theirs, *OURS]))
        assert free_port() != theirs
    monkeypatch.setattr(ports, "_not_given", iter([theirs]))
    assert free_port() == theirs


@contextmanager
def another_process() -> Iterator[int]:
    """A process that was given a port, does not listen there, and waits until it may end."""
    asking = "from deploy.local.ports import free_port; print(free_port(), flush=True); input()"
    command = [sys.executable, "-c", asking]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        yield int(other.stdout.readline())
        other.communicate("\n")


def test_no_port_is_given_that_the_system_would_give_to_any_connection() -> None:
    with socket.socket() as any_connection:
        any_connection.bind(("127.0.0.1", 0))
        assert any_connection.getsockname()[1] not in OURS
    assert free_port() in OURS


def test_a_port_that_somebody_listens_on_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        monkeypatch.setattr(ports, "_not_given", iter([taken, *OURS]))
        assert free_port() != taken
        monkeypatch.setattr(ports, "_not_given", iter([taken]))
        with pytest.raises(RuntimeError, match="is free"):
            free_port()
