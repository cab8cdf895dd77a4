"""Where a stack can be reached: written whole, kept across restarts, never a port that is taken."""

import socket
from pathlib import Path

import pytest

from deploy.local.addresses import HOST, Addresses, choose_port
from deploy.local.ports import free_port
from deploy.local.problem import StackProblem


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    written = Addresses.of_ports(kafka=9092, mongo=27017)
    written.write(tmp_path)
    assert Addresses.read(tmp_path) == written
    assert [path.name for path in tmp_path.iterdir()] == ["addresses.json"]


def test_addresses_say_how_to_connect() -> None:
    both = Addresses.of_ports(kafka=9092, mongo=27017)
    assert (both.kafka, both.kafka_port) == ("127.0.0.1:9092", 9092)
    assert (both.mongo, both.mongo_port) == ("mongodb://127.0.0.1:27017/?directConnection=true", 27017)


def test_a_part_that_does_not_run_has_no_address() -> None:
    assert Addresses.of_ports(kafka=None, mongo=1).kafka is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"kafka": "x", "else": 1}'])
def test_a_spoilt_file_is_no_memory(tmp_path: Path, text: str) -> None:
    (tmp_path / "addresses.json").write_text(text)
    assert Addresses.read(tmp_path) is None


def test_the_port_asked_for_wins_over_the_remembered_one() -> None:
    asked, remembered = free_port(), free_port()
    assert choose_port(asked, remembered) == asked
    assert choose_port(None, remembered) == remembered
    assert choose_port(0, None) > 0


def test_a_taken_port_is_refused_by_its_number() -> None:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(StackProblem, match=f"{port} .*in use.* name another port"):
            choose_port(port, None)
        with pytest.raises(StackProblem, match=f"{port} .*--data"):
            choose_port(None, port)
