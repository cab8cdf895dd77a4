"""Feature rows of who did what: refused attempts, the audit that nobody can change, and what is measured."""

from collections.abc import Mapping
from typing import Any

import pytest

from deploy.demo.journey import homes, workshops
from deploy.demo.journey.answers import Refused
from deploy.demo.journey.who import Who, facilitator, member
from deploy.services import NAMES
from tests.support.acceptance_region import Region
from tests.support.asking import Asker
from tests.support.described import METHODS
from tests.support.eventually import eventually
from tests.support.settled_region import Settled

FAMILIES = ("commits_unrelayed", "reader_lag", "parked_messages")
HOUR = 3600


async def test_A16_refused_attempts_are_kept_with_their_reason_for_who_made_them_and_the_region(here: Settled):
    region, cohort, home = here.region, here.cohort, here.home
    taker = facilitator("register-taker", region.name)
    workshop_id = cohort.workshops["ON"]
    bad: Mapping[str, Mapping[str, Any]] = {
        "not_a_representative": {"person_id": "nobody"},
        "invalid_fields": {"status": "sleeping"},
    }
    for code, change in bad.items():
        told = {"enrolment_id": home.enrolment_id, "person_id": home.representative.person_id, "status": "attended"}
        with pytest.raises(Refused) as refused:
            await region.api.ask(taker, "enrolment", f"workshops/{workshop_id}:record-attendance", {**told, **change})
        assert refused.value.code == code

    kept = (await region.api.get(taker, "enrolment", "refusals")).body["items"]
    assert {(each["code"], each["field"]) for each in kept} == {
        ("not_a_representative", "person_id"),
        ("invalid_fields", "status"),
    }
    assert all(each["stream"] == f"workshop-{workshop_id}" for each in kept)
    assert all(each["reason"].endswith(".") and each["command"] == "RecordAttendance" for each in kept)
    assert "sleeping" not in str(kept)

    others = facilitator("somebody-else", region.name)
    assert (await region.api.get(others, "enrolment", "refusals")).body["items"] == []
    everybody = await region.api.rows(region.coordinator, "enrolment", "refusals")
    assert {each["actor"] for each in everybody} >= {taker.person_id}


async def booked_and_called_off(region: Region, host: Who, ann: Who) -> str:
    """The stream of a gathering at which Ann took a place and gave it back, and which the host cancelled."""
    told = {
        "kind": "forum",
        "title": "Forum",
        "area": "wirral",
        "starts_at": region.moment(hours=1).isoformat(),
        "ends_at": region.moment(hours=2).isoformat(),
        "capacity": 5,
    }
    gathering = await region.api.ask(host, "network", "gatherings", told)
    place, person = f"gatherings/{gathering.id}", {"person_id": ann.person_id, "sector": "health"}
    await region.api.ask(host, "network", f"{place}:book-place", person)
    await region.api.ask(ann, "network", f"{place}:cancel-booking", {"person_id": ann.person_id})
    await region.api.ask(host, "network", f"{place}:cancel", {"reason": "weather"})
    return f"gathering-{gathering.id}"


async def test_S01_the_audit_says_who_did_what_for_whom_why_and_by_which_event(region: Region):
    host, ann = facilitator("host", region.name), member(f"ann-{region.name}", region.name)
    subject = await booked_and_called_off(region, host, ann)

    entries = await region.api.rows(region.coordinator, "network", "audit", subject=subject)
    assert [(entry["actor"]["id"], entry["on_behalf_of"], entry["command"], entry["reason"]) for entry in entries] == [
        ("host", None, "PublishGathering", None),
        ("host", ann.person_id, "BookPlace", None),
        (ann.person_id, None, "CancelBooking", None),
        ("host", None, "CancelGathering", "weather"),
    ]
    await region.platform.settled()
    on_topic = [event for event in region.events("network") if event.stream == subject]
    ids = [dict(event.message.headers)["ce_id"].decode() for event in on_topic]
    assert [event["id"] for entry in entries for event in entry["events"]] == ids
    with pytest.raises(Refused) as curious:
        await region.api.get(ann, "network", "audit", subject=subject)
    assert curious.value.status == 403


async def test_S01_what_a_policy_did_names_the_event_that_made_it(here: Settled):
    region = here.region
    subject = f"portfolio-{here.ids['portfolios']}"
    entries = await region.api.rows(region.coordinator, "portfolio", "audit", subject=subject)
    opening = next(entry for entry in entries if entry["command"] == "OpenPortfolio")
    assert opening["actor"]["kind"] == "system"
    enrolled = {dict(event.message.headers)["ce_id"].decode() for event in region.events("enrolment", "HomeEnrolled")}
    assert opening["causation_id"] in enrolled


async def test_S01_no_route_changes_or_takes_away_what_was_done(here: Settled):
    region = here.region
    async with Asker(region.platform.running.address) as asker:
        for name in NAMES:
            paths = (await asker.openapi(name))["paths"]
            found = {path: set(methods) & METHODS for path, methods in paths.items()}
            of_the_past = {
                path: how for path, how in found.items() if path.endswith(("/audit", "/history", "/refusals"))
            }
            assert "/v1/audit" in of_the_past
            assert all(how == {"get"} for how in of_the_past.values()), of_the_past
            bearer = region.platform.running.issuer.token("x", roles=["coordinator"], regions=[region.name], homes=[])
            for method in ("POST", "PUT", "PATCH", "DELETE"):
                assert (await asker.send(method, name, "/v1/audit", token=bearer)).status_code == 405


async def test_history_comes_in_pages_over_the_public_api(here: Settled):
    region, whole = here.region, []
    place, words = f"enrolments/{here.home.enrolment_id}/history", {"limit": 2}
    while True:
        page = (await region.api.get(region.coordinator, "enrolment", place, **words)).body
        whole += [entry["revision"] for entry in page["items"]]
        if page["next"] is None:
            break
        words = {"limit": 2, "cursor": page["next"]}
    assert whole == list(range(1, len(whole) + 1))
    assert len(whole) > 4


async def family(asker: Asker, name: str, wanted: str) -> list[float]:
    text = (await asker.send("GET", name, "/metrics")).text
    return [float(line.split()[-1]) for line in text.splitlines() if line.startswith(f"sixsteps_{wanted}{{")]


async def test_O04_outbox_lag_parked_messages_and_the_age_of_reviews_are_measured(region: Region):
    cohort = await region.cohort()
    home = await region.placed_home(cohort)
    portfolio_id = await region.portfolio(home)
    await workshops.record_attendance(
        region.api, cohort.lead, cohort.workshops["ON"], home.enrolment_id, home.representative.person_id
    )
    await region.platform.settled()
    await region.submitted(home, portfolio_id, "on-role")
    await region.platform.settled()
    region.platform.clock.move(region.moment(hours=2))

    async with Asker(region.platform.running.address) as asker:

        async def waited() -> bool:
            return max(await family(asker, "portfolio", "waiting_seconds"), default=0) >= 2 * HOUR

        await eventually(waited, "the age of the oldest review is measured", 30)
        for name in NAMES:
            for wanted in FAMILIES:
                assert await family(asker, name, wanted), (name, wanted)


async def test_A16_a_home_that_is_refused_reads_why(region: Region):
    cohort = await region.cohort()
    home = await region.applied(await region.home(), cohort.version_id)
    with pytest.raises(Refused) as refused:
        await homes.place(region.api, region.coordinator, home.enrolment_id, cohort.id)
    (kept,) = [
        each
        for each in (await region.api.get(region.coordinator, "enrolment", "refusals")).body["items"]
        if each["command"] == "PlaceHome"
    ]
    assert (kept["code"], kept["reason"]) == (refused.value.code, refused.value.detail)
