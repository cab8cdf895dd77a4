"""Digests through the whole service, over drivers in memory: many events, one e-mail, at nine on the wall."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.events.enrolment import EnrolmentWithdrawn, ProgrammeVersionPublished
from shared.events.portfolio import EvidenceApproved, EvidenceReturned, EvidenceSubmitted
from shared.events.values import CompletionRules, Requirement, Wording
from tests.unit.notifications.builders import home_enrolled
from tests.unit.notifications.office import Office

MONDAY = datetime(2026, 1, 19, 9, tzinfo=UTC)
ABOUT: dict[str, Any] = {"portfolio_id": "p1", "enrolment_id": "en1", "home_id": "h1", "revision": 1}
WORDING = Wording(version="1", text="We will.")


def submitted(evidence_id: str = "i1", key: str = "s1-policy", revision: int = 1) -> EvidenceSubmitted:
    told = {**ABOUT, "revision": revision, "evidence_id": evidence_id, "requirement_key": key}
    return EvidenceSubmitted(**told, step="S1", tags=(), submitted_by="ann", file_count=1)


def approved(evidence_id: str = "i1", key: str = "s1-policy", author: str = "ann") -> EvidenceApproved:
    told = {**ABOUT, "evidence_id": evidence_id, "requirement_key": key, "step": "S1"}
    return EvidenceApproved(**told, facilitator_person_id="fay", author_person_id=author)


def returned(evidence_id: str = "i1", key: str = "s1-policy") -> EvidenceReturned:
    told = {**ABOUT, "evidence_id": evidence_id, "requirement_key": key, "reasons": ("unclear",), "guidance": None}
    return EvidenceReturned(**told, facilitator_person_id="fay", author_person_id="ann")


def published() -> ProgrammeVersionPublished:
    return ProgrammeVersionPublished(
        version_id="v1",
        programme="six-steps",
        number=1,
        title="Six Steps",
        pathway="care-home",
        settings=("care-home-nursing",),
        workshops=(),
        requirements=(Requirement(key="s1-policy", step="S1", title="The home's policy, in use"),),
        frameworks=(),
        rules=CompletionRules(),
        commitment=WORDING,
        attestation=WORDING,
    )


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    opened = Office()
    await opened.open()
    for person in ("sam", "ann", "ben", "fay"):
        opened.know(person)
    opened.happen(published(), "version-v1")
    opened.happen(home_enrolled(), "enrolment-en1")
    await opened.all_done()
    opened.mailer.mails.clear()
    yield opened
    await opened.close()


async def at(office: Office, moment: datetime) -> None:
    await office.all_done()
    office.clock.moment = moment
    await office.tick()
    await office.all_done()


async def test_the_facilitator_gets_one_list_of_what_waits_on_monday_at_nine(office: Office) -> None:
    office.happen(submitted(), "evidence-i1")
    office.happen(submitted("i2", "s1-record"), "evidence-i2")
    await at(office, MONDAY.replace(hour=8, minute=59))
    assert office.sent == []
    await at(office, MONDAY)
    assert office.sent == [("fay", "Waiting for your review: 2")]
    (mail,) = office.mailer.mails
    assert "- Bryn House: The home's policy, in use\n- Bryn House: s1 record" in mail.text
    assert mail.html.count("<li") == 2


async def test_what_was_reviewed_before_the_moment_is_not_waiting(office: Office) -> None:
    for number, decided in enumerate((approved("i1", author="zoe"), returned("i2"))):
        evidence_id = f"i{number + 1}"
        office.happen(submitted(evidence_id), f"evidence-{evidence_id}")
        office.happen(decided, f"evidence-{evidence_id}")
    await at(office, MONDAY)
    assert [who for who, _ in office.sent] == ["ann"]


async def test_evidence_that_came_back_waits_again_when_it_is_handed_in_again(office: Office) -> None:
    office.happen(submitted(), "evidence-i1")
    office.happen(returned(), "evidence-i1")
    office.happen(submitted(revision=2), "evidence-i1")
    await at(office, MONDAY)
    assert ("fay", "Waiting for your review: 1") in office.sent


async def test_what_waits_is_told_every_week_and_what_was_approved_once(office: Office) -> None:
    office.happen(submitted(), "evidence-i1")
    office.happen(approved("i2"), "evidence-i2")
    for week in range(3):
        await at(office, MONDAY.replace(day=MONDAY.day + 1) if week == 2 else MONDAY.replace(day=MONDAY.day + 7 * week))
    waiting = ("fay", "Waiting for your review: 1")
    assert office.sent == [("ann", "Approved evidence: 1"), waiting, waiting]


async def test_a_digest_at_any_time_tells_of_evidence_whichever_event_came_first() -> None:
    office = Office()
    await office.open()
    office.know("fay")
    office.happen(submitted(), "evidence-i1")
    await office.all_done()
    office.happen(home_enrolled(), "enrolment-en1")
    await at(office, MONDAY)
    assert office.sent == [("fay", "Waiting for your review: 1")]
    await office.close()


async def test_nobody_waits_for_a_home_that_left(office: Office) -> None:
    office.happen(submitted(), "evidence-i1")
    left = EnrolmentWithdrawn(
        enrolment_id="en1", home_id="h1", pathway="p", reason="sold", withdrawn_on=MONDAY.date(), cohort_id="c1"
    )
    office.happen(left, "enrolment-en1")
    await at(office, MONDAY)
    assert office.sent == []


async def test_an_item_that_came_back_is_told_at_once_by_its_title(office: Office) -> None:
    office.happen(submitted(), "evidence-i1")
    office.happen(returned(), "evidence-i1")
    await office.all_done()
    assert office.sent == [("ann", "Your evidence needs a little more (The home's policy, in use)")]
