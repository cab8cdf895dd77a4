"""Row V23: the table 'command → events, always or sometimes' is what the rules really do. Runs after all the others."""

import pytest

from deploy.contracts.language import Language
from deploy.services import NAMES, manifest
from tests.support.command_events import MADE, Made
from tests.unit.conftest import whole_ring

LANGUAGE = Language([manifest(name) for name in NAMES])


def test_V23_command_events_no_run_of_a_rule_contradicts_the_table() -> None:
    assert not list(MADE.contradictions(LANGUAGE))


def test_V23_command_events_every_event_was_made_by_a_command_it_names(request: pytest.FixtureRequest) -> None:
    if not whole_ring(request.session):
        pytest.skip("only some of the rules' tests ran")
    unseen = set(MADE.unseen(LANGUAGE))
    assert not unseen, f"{unseen}: let a Scenario of the rule make it"


def made(*runs: tuple[str, ...]) -> Made:
    """What LeaveNetwork made, run by run."""
    found = Made()
    for run in runs:
        found.note("network", "LeaveNetwork", run)
    return found


def test_a_planted_contradiction_is_found() -> None:
    honest = made(("MemberLeft",), ("MemberLeft", "SharingConsentWithdrawn"), ())
    assert not list(honest.contradictions(LANGUAGE))
    assert any("MemberLeft says always" in each for each in made(("SharingConsentWithdrawn",)).contradictions(LANGUAGE))
    assert any("made MemberJoined" in each for each in made(("MemberLeft", "MemberJoined")).contradictions(LANGUAGE))


def test_a_planted_gap_is_found() -> None:
    never, seen = made(("MemberLeft",)), made(("MemberLeft", "SharingConsentWithdrawn"))
    assert "SharingConsentWithdrawn" in set(never.unseen(LANGUAGE))
    assert "SharingConsentWithdrawn" not in set(seen.unseen(LANGUAGE))
