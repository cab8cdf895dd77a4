"""What somebody is asked to see to: gaps, reviews that wait, portfolios that stand still, accreditations to renew."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.notifications.domain.recipient import SetPreferences, recipient_id
from shared.chassis.declarations.event import Event
from shared.chassis.declarations.facts import DocumentRef
from shared.events.enrolment import RepresentativeConfirmed
from shared.events.notifications import SwitchedOff
from shared.events.portfolio import (
    AccreditationRenewed,
    EvidenceApprovalWithdrawn,
    EvidenceReviewOverdue,
    GapOverdue,
    GapRaised,
    PortfolioRevived,
    PortfolioStalled,
    ReaccreditationDue,
    RenewalOpened,
)
from tests.support.scenario import NOW, REGION
from tests.support.shoe_works import asking
from tests.unit.notifications.builders import home_enrolled
from tests.unit.notifications.office import Office
from tests.unit.notifications.test_digests import published

WHERE: dict[str, Any] = {"portfolio_id": "p1", "enrolment_id": "en1", "home_id": "h1"}
GAP: dict[str, Any] = {**WHERE, "gap_id": "gap1", "requirement_key": "s1-policy", "owner_person_id": "ann"}
TEXT = DocumentRef(document_id="d1", sha256="0")
DUE_ON = date(2026, 2, 2)
VALID_TO = date(2026, 6, 30)
ASKED = [(("s1-policy",), "- The home's policy, in use"), ((), "only the signatures")]


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    opened = Office()
    await opened.open()
    for person in ("sam", "ann", "ben", "cat", "fay"):
        opened.know(person)
    opened.happen(published(), "version-v1")
    opened.happen(home_enrolled(representative_person_ids=("ann",)), "enrolment-en1")
    await opened.all_done()
    opened.mailer.mails.clear()
    yield opened
    await opened.close()


async def told(office: Office, *events: Event, stream: str = "portfolio-p1") -> list[tuple[str, str]]:
    for event in events:
        office.happen(event, stream)
    await office.all_done()
    return office.sent


def due(on: date) -> ReaccreditationDue:
    about: dict[str, Any] = {"accreditation_id": "acc1", "home_id": "h1", "home_name": "Bryn House"}
    about |= {"enrolment_id": "en1", "signatory_person_id": "sam", "valid_to": VALID_TO}
    return ReaccreditationDue(**about, on=on, due=False, reminders_left=())


def stalled() -> PortfolioStalled:
    return PortfolioStalled(**WHERE, cohort_id="c1", lead_person_id="fay", quiet_since=NOW, after_days=30)


async def joins(office: Office, person_id: str) -> None:
    event = RepresentativeConfirmed(
        enrolment_id="en1", home_id="h1", person_id=person_id, represents_from=NOW.date(), cohort_id="c1"
    )
    office.happen(event, "enrolment-en1")
    await office.all_done()


async def test_who_is_to_fill_a_gap_is_told_which_and_until_when(office: Office) -> None:
    raised = GapRaised(**GAP, action=TEXT, due_on=DUE_ON, raised_by="fay")
    assert await told(office, raised) == [("ann", "A gap to fill by Monday 2 February 2026")]
    assert "- Bryn House: The home's policy, in use" in office.mailer.mails[0].text


async def test_who_raised_a_gap_for_themselves_is_not_told_of_it(office: Office) -> None:
    assert await told(office, GapRaised(**GAP, action=TEXT, due_on=DUE_ON, raised_by="ann")) == []


async def test_a_gap_whose_day_has_passed_is_told_to_who_was_to_fill_it(office: Office) -> None:
    (sent,) = await told(office, GapOverdue(**GAP, due_on=DUE_ON))
    assert sent == ("ann", "A gap is still open: it was to be filled by Monday 2 February 2026")


async def test_an_author_hears_that_an_approval_was_taken_back(office: Office) -> None:
    withdrawn = EvidenceApprovalWithdrawn(
        **WHERE,
        evidence_id="i1",
        requirement_key="s1-policy",
        also_for=(),
        revision=1,
        reason=TEXT,
        withdrawn_by="fay",
        facilitator_person_id="fay",
        author_person_id="ann",
    )
    (sent,) = await told(office, withdrawn)
    assert sent == ("ann", "Please look again at your evidence (The home's policy, in use)")


async def test_a_facilitator_hears_of_a_review_that_waits_too_long(office: Office) -> None:
    overdue = EvidenceReviewOverdue(
        **WHERE,
        evidence_id="i1",
        home_name="Bryn House",
        cohort_id="c1",
        requirement_key="s1-policy",
        revision=1,
        stage="reminder",
        waiting_since=NOW,
        facilitator_person_id="fay",
    )
    (sent,) = await told(office, overdue)
    assert sent == ("fay", "Waiting for your review since Monday 12 January 2026: Bryn House")


async def test_a_facilitator_hears_each_time_that_a_portfolio_stands_still(office: Office) -> None:
    revived = PortfolioRevived(**WHERE)
    subject = "The portfolio of Bryn House stands still"
    assert await told(office, stalled(), revived, stalled()) == [("fay", subject)] * 2
    assert "for 30 days, since Monday 12 January 2026" in office.mailer.mails[0].text


async def test_the_homes_people_hear_that_the_accreditation_is_to_be_renewed(office: Office) -> None:
    sent = await told(office, due(date(2026, 1, 1)), stream="accreditation-acc1")
    subject = "The accreditation of Bryn House ends on Tuesday 30 June 2026"
    assert sent == [("ann", subject), ("sam", subject)]


async def test_each_reminder_of_a_renewal_is_told_and_who_joins_hears_the_newest_only(office: Office) -> None:
    reminders = [due(date(2026, 1, 1)), due(date(2026, 4, 1))]
    assert len(await told(office, *reminders, stream="accreditation-acc1")) == 4
    office.mailer.mails.clear()
    await joins(office, "cat")
    assert len([subject for _, subject in office.sent if "accreditation" in subject]) == 1


async def test_nobody_hears_that_what_was_renewed_is_to_be_renewed(office: Office) -> None:
    renewed = AccreditationRenewed(
        accreditation_id="acc1",
        home_id="h1",
        home_name="Bryn House",
        enrolment_id="en1",
        pathway="p",
        version_id="v1",
        cycle=1,
        renewed_on=date(2026, 1, 20),
        certificate_number="SIX-2",
        valid_from=VALID_TO,
        valid_to=date(2027, 6, 30),
        lapses_on=date(2027, 7, 31),
        agrees_to_public_register=True,
        signatory_person_id="sam",
        reminders_on=(),
        renewable_from=None,
        renewable_until=None,
    )
    await told(office, due(date(2026, 1, 1)), renewed, stream="accreditation-acc1")
    office.mailer.mails.clear()
    await joins(office, "cat")
    assert not [subject for _, subject in office.sent if "accreditation" in subject]


async def test_a_reminder_that_comes_when_the_accreditation_is_over_tells_nobody(office: Office) -> None:
    office.clock.moment = datetime(2026, 7, 1, tzinfo=UTC) + timedelta(hours=1)
    assert await told(office, due(date(2026, 4, 1)), stream="accreditation-acc1") == []


@pytest.mark.parametrize(("keys", "says"), ASKED)
async def test_the_homes_people_hear_which_evidence_a_renewal_asks_for(office: Office, keys: Any, says: str) -> None:
    sent = await told(office, RenewalOpened(**WHERE, cycle=1, requirement_keys=keys))
    assert sent == [(who, "Bryn House renews its accreditation") for who in ("ann", "sam")]
    assert says in office.mailer.mails[0].text


async def test_who_switched_reminders_off_is_not_reminded_of_a_standstill(office: Office) -> None:
    assert office.running is not None
    off = (SwitchedOff(category="reminder"),)
    command = SetPreferences(recipient_id=recipient_id(REGION, "fay"), person_id="fay", off=off)
    await office.running.handling.handle(asking(command, "key", region=REGION))
    assert await told(office, stalled()) == []
