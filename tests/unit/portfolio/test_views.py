"""What people look at: rows follow the events; the public register shows who agreed, and nobody else."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.portfolio.views.accreditations import ACCREDITATIONS, ACCREDITED_HOMES
from services.portfolio.views.evidence import EVIDENCE
from services.portfolio.views.portfolios import PORTFOLIOS
from shared.chassis.declarations.access import EVERYBODY
from shared.chassis.declarations.envelope import Envelope
from shared.chassis.declarations.event import Event
from shared.chassis.declarations.view import View
from shared.events.portfolio import (
    AccreditationLapsed,
    AccreditationRenewed,
    EvidenceFileAttached,
    EvidenceMapped,
    EvidenceRevised,
    RegisterListingChosen,
    RequirementExcepted,
)
from tests.unit.portfolio.given import (
    ACCREDITATION_ID,
    APPROVED,
    ATTESTED,
    AUTHOR,
    DRAFTED,
    EARNED,
    ENROLMENT_ID,
    EVIDENCE_ID,
    FACILITATOR,
    HOME_ID,
    NARRATIVE,
    OPENED,
    PORTFOLIO_ID,
    READY,
    RECORD,
    RETURNED,
    SIGNED,
    SIGNED_OFF,
    STATEMENT,
    UNLOCKED,
    filled,
    granted,
    submitted,
)

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LAPSED = AccreditationLapsed(accreditation_id=ACCREDITATION_ID, home_id=HOME_ID, lapsed_on=date(2027, 10, 14))
FILE = EvidenceFileAttached(
    evidence_id=EVIDENCE_ID,
    portfolio_id=PORTFOLIO_ID,
    file_id="file-1",
    sha256="f" * 64,
    size=10,
    media_type="text/plain",
    attached_by=AUTHOR.id,
)
REVISED = EvidenceRevised(evidence_id=EVIDENCE_ID, portfolio_id=PORTFOLIO_ID, narrative=NARRATIVE, revised_by=AUTHOR.id)
MAPPED = EvidenceMapped(
    evidence_id=EVIDENCE_ID, portfolio_id=PORTFOLIO_ID, also_for=(RECORD.key,), tags=("safe",), mapped_by=AUTHOR.id
)
EXCEPTED = RequirementExcepted(
    portfolio_id=PORTFOLIO_ID,
    enrolment_id=ENROLMENT_ID,
    requirement_key=RECORD.key,
    reason=NARRATIVE,
    excepted_by=FACILITATOR.id,
    essential_left=0,
)


def envelope(event: Event, number: int) -> Envelope:
    return Envelope(
        id=f"event-{number}",
        type=event.type_name(),
        source="/sixsteps/test/portfolio",
        subject="stream",
        sequence=number,
        time=START + timedelta(days=number),
        region="north-west",
        key=HOME_ID,
        correlation_id="correlation",
        causation_id="causation",
    )


def folded(view: View[Any], events: Sequence[Event]) -> Any:
    row = None
    for number, event in enumerate(events, start=1):
        row = view.next_row(row, event, envelope(event, number))
    return row


def test_every_view_reads_only_events_that_are_published() -> None:
    assert [event for view in (PORTFOLIOS, EVIDENCE, ACCREDITATIONS) for event in view.events if event.private] == []


def test_a_portfolio_goes_from_open_by_ready_and_awaiting_signature_to_signed_off() -> None:
    story = (OPENED, READY, ATTESTED, SIGNED, SIGNED_OFF)
    seen = [folded(PORTFOLIOS, story[:so_far]).status for so_far in range(1, 6)]
    assert seen == ["open", "ready", "awaiting_signature", "awaiting_signature", "signed_off"]


def test_a_portfolio_shows_its_steps_and_its_settled_slots() -> None:
    row = folded(PORTFOLIOS, [UNLOCKED, OPENED, filled(STATEMENT, essential_left=1), EXCEPTED, EARNED])
    assert (row.home_name, row.steps_unlocked) == ("Bryn Awel", ("S1",))
    assert (row.approved, row.excepted, row.essential_left) == ((STATEMENT.key,), (RECORD.key,), 0)
    assert row.accreditation_earned


def test_a_step_unlocked_early_belongs_to_the_home_already() -> None:
    row = folded(PORTFOLIOS, [UNLOCKED])
    assert (row.status, row.home_id) == ("unopened", HOME_ID)


def test_the_queue_knows_since_when_an_item_waits() -> None:
    row = folded(EVIDENCE, [DRAFTED, FILE, submitted(), REVISED])
    assert (row.status, row.since, row.files) == ("submitted", START + timedelta(days=3), 1)
    assert row.tags == STATEMENT.tags


def test_an_item_shows_what_it_was_last_said_to_serve() -> None:
    row = folded(EVIDENCE, [DRAFTED, MAPPED])
    assert (row.status, row.also_for, row.tags) == ("draft", (RECORD.key,), ("safe",))


def test_an_item_that_came_back_shows_what_is_missing_until_it_is_handed_in_again() -> None:
    back = folded(EVIDENCE, [DRAFTED, submitted(), RETURNED])
    assert (back.status, back.reasons, back.facilitator_person_id) == ("returned", RETURNED.reasons, FACILITATOR.id)
    again = folded(EVIDENCE, [DRAFTED, submitted(), RETURNED, submitted(2)])
    assert (again.status, again.revision, again.reasons, again.facilitator_person_id) == ("submitted", 2, (), None)


def test_an_approved_item_names_who_approved_which_revision() -> None:
    row = folded(EVIDENCE, [DRAFTED, submitted(), APPROVED])
    assert (row.status, row.revision, row.facilitator_person_id) == ("approved", 1, FACILITATOR.id)


def test_an_accreditation_shows_its_validity_and_its_lapse() -> None:
    row = folded(ACCREDITATIONS, [granted(), LAPSED])
    assert (row.status, row.valid_to) == ("lapsed", date(2027, 9, 13))
    assert folded(ACCREDITATIONS, [granted(), LAPSED, granted("enrolment-2", from_year=2028)]).status == "granted"


def public(events: Sequence[Event]) -> Any:
    """What anybody sees of the line."""
    assert ACCREDITED_HOMES.present is not None
    return ACCREDITED_HOMES.present(folded(ACCREDITED_HOMES, events), None, AUTHOR)


def test_the_public_register_shows_name_place_status_and_days_to_everybody() -> None:
    line = {
        "name": "Bryn Awel",
        "place": "Wirral",
        "pathway": "care-home",
        "status": "granted",
        "valid_from": "2026-09-14",
        "valid_to": "2027-09-13",
    }
    assert public([granted().model_copy(update={"place": "Wirral"})]) == line
    assert ACCREDITED_HOMES.read_by == EVERYBODY


def test_a_home_may_leave_the_public_register_and_come_back() -> None:
    chosen = RegisterListingChosen(accreditation_id=ACCREDITATION_ID, home_id=HOME_ID, agrees=False)
    assert public([granted(), chosen]) is None
    assert public([granted(), chosen, chosen.model_copy(update={"agrees": True})])["name"] == "Bryn Awel"


def test_the_public_register_shows_no_home_that_did_not_agree() -> None:
    assert public([granted(agrees=False)]) is None
    assert public([granted(), granted("enrolment-2", agrees=False)]) is None


@pytest.mark.parametrize("agrees", [True, False])
def test_who_renews_says_anew_whether_the_register_may_show_the_home(agrees: bool) -> None:
    told = granted(agrees=not agrees)
    renewed = AccreditationRenewed(
        **told.model_dump(include=set(AccreditationRenewed.model_fields) - {"agrees_to_public_register"}),
        cycle=2,
        renewed_on=date(2027, 8, 1),
        agrees_to_public_register=agrees,
    )
    assert (public([told, renewed]) is not None) is agrees


def test_the_public_register_drops_a_home_whose_accreditation_lapsed() -> None:
    assert public([granted(), LAPSED]) is None
