"""Feature rows and paths of the register: catching up, voiding, syncing, signing, walk-ins, the order of workshops."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from deploy.demo.journey import workshops
from deploy.demo.journey.answers import Answer, Refused
from tests.support.acceptance_region import SHORT_PROGRAMME, Cohort, Home, Region

ENROLMENT = workshops.ENROLMENT
WITH_CONCLUSION: Mapping[str, Any] = {
    **SHORT_PROGRAMME,
    "workshops": [
        *SHORT_PROGRAMME["workshops"],
        {"code": "OFF", "kind": "conclusion", "title": "Stepping off"},
    ],
}


def strict(late_days: int = 0) -> Mapping[str, Any]:
    """The short programme with another window."""
    return {**SHORT_PROGRAMME, "rules": {"late_days": late_days}}


async def ask(region: Region, cohort: Cohort, verb: str, body: Mapping[str, Any], code: str = "ON") -> Answer:
    """Ask a workshop of the cohort, as its lead."""
    return await region.api.ask(cohort.lead, ENROLMENT, f"workshops/{cohort.workshops[code]}:{verb}", body)


async def refused(region: Region, cohort: Cohort, verb: str, body: Mapping[str, Any], code: str = "ON") -> Refused:
    """Ask, and be refused."""
    with pytest.raises(Refused) as no:
        await ask(region, cohort, verb, body, code)
    return no.value


def attendance(home: Home, number: int = 0, **more: Any) -> dict[str, Any]:
    """What is said of one representative."""
    person = home.representatives[number].person_id
    return {"enrolment_id": home.enrolment_id, "person_id": person, "status": "attended", **more}


async def closed(region: Region, cohort: Cohort, absent: Sequence[str]) -> None:
    """Close the register of the induction, and let a second go by."""
    await workshops.close_register(region.api, cohort.lead, cohort.workshops["ON"], absent)
    region.platform.clock.move(region.moment(seconds=1))


def names(region: Region, *wanted: str) -> list[str]:
    """Which of these have happened, in order."""
    return [event.name for event in region.events(ENROLMENT, *wanted)]


async def test_C03_outside_the_window_an_attendance_is_refused_with_the_dates(region: Region):
    cohort = await region.cohort(strict())
    home = await region.placed_home(cohort, representatives=2)
    await closed(region, cohort, [person.person_id for person in home.representatives])
    newcomer = await region.placed_home(cohort)

    no = await refused(region, cohort, "record-attendance", attendance(newcomer))

    assert (no.status, no.code) == (422, "outside_window")
    row = (await region.api.get(cohort.lead, ENROLMENT, f"workshops/{cohort.workshops['ON']}")).body
    assert (no.details["from"], no.details["to"]) == (row["starts_at"], row["closed_at"])


async def test_A10_the_conclusion_does_not_come_before_the_induction(region: Region):
    cohort = await region.cohort(WITH_CONCLUSION)
    home = await region.placed_home(cohort, representatives=2)

    no = await refused(region, cohort, "record-attendance", attendance(home), "OFF")
    assert (no.status, no.code, no.details["missing"]) == (422, "out_of_sequence", "ON")

    await ask(region, cohort, "record-attendance", attendance(home, 1))
    await ask(region, cohort, "record-attendance", attendance(home), "OFF")
    await region.platform.settled()
    there = [(event.data["code"], event.data["person_id"]) for event in region.events(ENROLMENT, "WorkshopAttended")]
    assert sorted(there) == [("OFF", home.representative.person_id), ("ON", home.representatives[1].person_id)]


async def missed(region: Region, cohort: Cohort, home: Home) -> None:
    """None of the home's representatives was there, and each is offered to catch up."""
    absent = [person.person_id for person in home.representatives]
    await workshops.close_register(region.api, cohort.lead, cohort.workshops["ON"], absent)
    await region.platform.settled()
    offers = region.events(ENROLMENT, "CatchUpOffered")
    assert [offer.data["methods"] for offer in offers] == [["later-cohort", "one-to-one"]] * len(absent)
    assert not names(region, "WorkshopCovered")


async def one_to_one(region: Region, home: Home, via: Mapping[str, Any]) -> None:
    """Book the first representative to catch up: not with a workshop that is over, but alone."""
    booking = f"enrolments/{home.enrolment_id}:book-catch-up"
    going = {"person_id": home.representative.person_id, "code": "ON"}
    with pytest.raises(Refused) as begun:
        await region.api.ask(home.representative, ENROLMENT, booking, {**going, **via})
    assert (begun.value.code, begun.value.pointer) == ("not_to_come", "/via_workshop_id")
    await region.api.ask(home.manager, ENROLMENT, booking, {**going, "method": "one-to-one"})
    await region.platform.settled()
    rows = await region.api.rows(home.manager, ENROLMENT, "catch-ups", enrolment_id=home.enrolment_id)
    assert [(row["person_id"], row["method"]) for row in rows if row["method"]] == [(going["person_id"], "one-to-one")]
    assert len(rows) == len(home.representatives)


async def test_U1_A05_who_missed_it_is_offered_to_catch_up_and_stays_labelled(region: Region):
    cohort = await region.cohort()
    later = await region.cohort()
    home = await region.placed_home(cohort, representatives=2)
    await missed(region, cohort, home)

    by_recording = {"method": "recording"}
    no = await refused(region, cohort, "record-attendance", attendance(home, status="caught-up", catch_up=by_recording))
    assert (no.status, no.code) == (422, "catch_up_not_allowed")
    via = {"method": "later-cohort", "via_workshop_id": later.workshops["ON"]}
    await one_to_one(region, home, via)
    await ask(region, cohort, "record-attendance", attendance(home, status="caught-up", catch_up=via))

    covered = await region.event(ENROLMENT, "WorkshopCovered")
    assert covered.data["code"] == "ON"
    [there] = region.events(ENROLMENT, "WorkshopAttended")
    assert (there.data["status"], there.data["via_workshop_id"]) == ("caught-up", later.workshops["ON"])
    await region.platform.settled()
    assert names(region, "CaughtUp")
    assert len(await region.api.rows(home.manager, ENROLMENT, "catch-ups")) == 1
    person = home.representative.person_id
    [row] = await region.api.rows(cohort.lead, ENROLMENT, "attendances", person_id=person)
    assert (row["status"], row["catch_up_method"], row["covers"]) == ("caught-up", "later-cohort", True)
    report = await region.api.get(cohort.lead, ENROLMENT, f"workshops/{cohort.workshops['ON']}/report")
    assert (report.body["attended"], report.body["caught_up"], report.body["absent"]) == (0, 1, 1)


async def test_A06_a_void_cites_what_it_takes_back_and_a_new_entry_is_taken(region: Region):
    cohort = await region.cohort()
    home = await region.placed_home(cohort, representatives=2)
    wrong = await ask(region, cohort, "record-attendance", attendance(home))
    person = home.representative.person_id
    first = wrong.body["attendances"][person]["attendance_id"]
    await region.event(ENROLMENT, "WorkshopCovered")

    no = await refused(region, cohort, "void-attendance", {"attendance_id": first})
    assert (no.status, no.pointer) == (422, "/reason")
    void = {"attendance_id": first, "reason": "wrong-person", "note": "It was her colleague."}
    voided = await ask(region, cohort, "void-attendance", void)
    assert person not in voided.body["attendances"]
    again = await ask(region, cohort, "record-attendance", attendance(home, status="apologies"))
    await ask(region, cohort, "record-attendance", attendance(home, 1))
    await region.platform.settled()

    [told] = region.events(ENROLMENT, "AttendanceVoided")
    [original] = [event for event in region.events(ENROLMENT, "WorkshopAttended") if event.data["person_id"] == person]
    assert told.data["attendance_id"] == original.data["attendance_id"] == first
    assert again.body["attendances"][person]["attendance_id"] != first
    assert "colleague" not in str(told.data)
    assert names(region, "WorkshopCovered", "WorkshopUncovered") == [
        "WorkshopCovered",
        "WorkshopUncovered",
        "WorkshopCovered",
    ]
    rows = await region.api.rows(cohort.lead, ENROLMENT, "attendances", person_id=person)
    assert {row["attendance_id"]: row["void_reason"] for row in rows}[first] == "wrong-person"
    assert len(rows) == 2


def entries(home: Home, numbers: Sequence[int], at: str) -> list[dict[str, Any]]:
    """What a device noted of these representatives."""
    return [attendance(home, number, taken_at=at) for number in numbers]


async def test_A08_thirty_from_a_device_are_created_once_and_what_is_too_late_is_reported(region: Region):
    cohort = await region.cohort(strict())
    home = await region.placed_home(cohort, representatives=31)
    noted = region.moment(days=-1, hours=1).isoformat()
    sent = {"device_id": "phone", "entries": entries(home, range(30), noted)}

    first = await ask(region, cohort, "sync-register", {**sent, "upload": "u1"})
    again = await ask(region, cohort, "sync-register", {**sent, "upload": "u2"})
    once_more = await ask(region, cohort, "sync-register", {**sent, "upload": "u2"})

    assert (first.body["uploads"]["phone/u1"]["created"], again.body["uploads"]["phone/u2"]["created"]) == (30, 0)
    assert again.body["uploads"]["phone/u2"]["known"] == 30
    assert once_more.version == again.version
    last = home.representatives[30].person_id
    await closed(region, cohort, [last])
    late = {"device_id": "phone", "upload": "u3", "entries": entries(home, [30], noted)}
    reported = await ask(region, cohort, "sync-register", late)
    [held] = reported.body["uploads"]["phone/u3"]["held_back"]
    assert (held["person_id"], held["why"]) == (last, "outside_window")
    await region.platform.settled()
    [listed] = await region.api.rows(cohort.lead, ENROLMENT, "register-uploads", complete="false")
    assert (listed["upload"], listed["held_back"]) == ("u3", [held])
    await region.platform.settled()
    assert len(region.events(ENROLMENT, "WorkshopAttended")) == 30


async def test_U2_a_phone_that_uploads_on_thursday_overrules_an_absence_that_nobody_stated(region: Region):
    cohort = await region.cohort()
    home = await region.placed_home(cohort)
    person = home.representative.person_id
    await closed(region, cohort, [person])
    newer, older = region.moment(days=-1, hours=2), region.moment(days=-1, hours=1)
    came = attendance(home, taken_at=newer.isoformat())
    out = attendance(home, status="apologies", taken_at=older.isoformat())

    await ask(region, cohort, "sync-register", {"device_id": "phone", "upload": "2", "entries": [came]})
    answer = await ask(region, cohort, "sync-register", {"device_id": "phone", "upload": "1", "entries": [out]})

    known = answer.body["attendances"][person]
    assert (known["status"], known["late"]) == ("attended", True)
    assert answer.body["uploads"]["phone/1"]["held_back"][0]["why"] == "superseded"
    covered = await region.event(ENROLMENT, "WorkshopCovered")
    assert covered.data["person_id"] == person
    await region.platform.settled()
    assert names(region, "WorkshopMissed", "AttendanceVoided", "WorkshopAttended") == [
        "WorkshopMissed",
        "AttendanceVoided",
        "WorkshopAttended",
    ]


async def test_A17_a_signed_register_changes_only_for_a_reason(region: Region):
    cohort = await region.cohort()
    home = await region.placed_home(cohort)
    person = home.representative.person_id
    await workshops.close_register(region.api, cohort.lead, cohort.workshops["ON"], [person])
    signed = await ask(region, cohort, "sign-register", {})
    assert signed.body["signed_by_person_id"] == cohort.lead.person_id
    absence = signed.body["attendances"][person]["attendance_id"]

    late = await region.placed_home(cohort)
    no = await refused(region, cohort, "record-attendance", attendance(late))
    assert (no.status, no.code, no.pointer) == (422, "reason_needed", "/reason")
    taken = await ask(region, cohort, "record-attendance", attendance(late, reason="came-late"))
    assert taken.status == 200
    await ask(region, cohort, "void-attendance", {"attendance_id": absence, "reason": "recorded-wrongly"})

    await region.platform.settled()
    told = [event.data for event in region.events(ENROLMENT, "RegisterAmended")]
    assert [(one["amendment"], one["change"], one["reason"]) for one in told] == [
        (1, "recorded", "came-late"),
        (2, "voided", "recorded-wrongly"),
    ]
    assert {one["amended_by_person_id"] for one in told} == {cohort.lead.person_id}


async def test_A11_a_walk_in_is_recorded_by_name_and_reconciled_to_a_person(region: Region):
    cohort = await region.cohort()
    home = await region.placed_home(cohort)
    person = home.representative.person_id

    came = await ask(region, cohort, "record-walk-in", {"name": "Delyth with the red scarf"})
    [walk_in] = came.body["walk_ins"].values()
    document = f"workshops/{came.id}/documents/{walk_in['introduced_as']['document_id']}"
    assert (await region.api.get(cohort.lead, ENROLMENT, document)).body["text"] == "Delyth with the red scarf"
    who = {"walk_in_id": walk_in["walk_in_id"], "person_id": person, "enrolment_id": home.enrolment_id}
    known = await ask(region, cohort, "reconcile-walk-in", who)

    assert known.body["walk_ins"][walk_in["walk_in_id"]]["person_id"] == person
    assert known.body["attendances"][person]["status"] == "attended"
    history = (await region.api.get(cohort.lead, ENROLMENT, f"workshops/{came.id}/history")).body
    assert "WalkInRecorded" in str(history)
    assert "WalkInReconciled" in str(history)
    await region.platform.settled()
    assert all("Delyth" not in str(event.data) for event in region.events(ENROLMENT))
