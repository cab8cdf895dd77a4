"""What operators are told: nothing that a terminal would act on, and wrong usage before anything is opened."""

from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from deploy.cli.app import app
from deploy.ops.parked import HeldUp, Listing, ParkedMessage
from deploy.ops.showing import plain, show_listing, show_message

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
EVIL = "shoes/[red]order\x1b[2J"


def test_control_characters_are_taken_out_and_markup_stays_words() -> None:
    assert str(plain(EVIL)) == "shoes/[red]order\N{REPLACEMENT CHARACTER}[2J"


def test_a_list_shows_names_from_outside_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    message = ParkedMessage("shoes", f"views|{EVIL}|1", "views", EVIL, 1, "unreadable", "envelope", 1, AT)
    held_up = HeldUp("shoes", f"views|{EVIL}|1", "views", EVIL, 1, "failed")
    show_listing(Listing([message], [held_up]))
    said = capsys.readouterr().out
    assert "[red]" in said
    assert "\x1b[2J" not in said


def test_a_row_that_goes_into_a_pipe_is_one_line_with_no_word_broken(capsys: pytest.CaptureFixture[str]) -> None:
    stream = "home-" + "7bebb2fc-cacb-5a68-92ab-9068d020e1e8" * 3
    show_listing(Listing([], [HeldUp("notifications", f"views|{stream}|1", "views", stream, 1, "failed")]))
    _, row = capsys.readouterr().out.splitlines()
    assert row.split() == ["notifications", "views", stream, "1", "failed"]


def test_a_message_without_body_shows_no_values(capsys: pytest.CaptureFixture[str]) -> None:
    names = ("reader", "stream", "sequence", "topic", "partition", "offset", "kind", "code", "tries", "at")
    message = {"_id": "views|a|1", **dict.fromkeys(names, 1), "value": b"Ada", "headers": [["ce_subject", b"Lovelace"]]}
    show_message(message, body=False)
    hidden = capsys.readouterr().out
    show_message(message, body=True)
    told = capsys.readouterr().out
    assert [word in hidden for word in ("Ada", "Lovelace", "ce_subject")] == [False, False, True]
    assert [word in told for word in ("Ada", "Lovelace", "ce_subject")] == [True, True, True]


@pytest.mark.parametrize(
    "words",
    [
        ["status", "--service", "payroll"],
        ["status", "--at", "enrolment"],
        ["status", "--at", "payroll=http://127.0.0.1:1"],
        ["rights", "--user", "payroll=somebody"],
        ["rights", "--user", "enrolment="],
        ["read-only", "--reason", " "],
        ["read-only", "--reason", "a move", "--off"],
        ["audit", "--settle", "-1"],
        ["parked", "discard", "network", "views|a|1", "--reason", " "],
        ["parked", "discard", "network", "views|a|1"],
        ["rebuild", "payroll", "messages"],
    ],
)
def test_wrong_usage_leaves_with_two(words: list[str]) -> None:
    assert CliRunner().invoke(app, ["ops", *words]).exit_code == 2
