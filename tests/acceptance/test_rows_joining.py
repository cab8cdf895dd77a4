"""Feature rows of coming in and going: interest, application, waiting list, withdrawal; a home that leaves (U6)."""

import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from deploy.demo.journey.answers import Answer
from deploy.demo.journey.homes import ENROLMENT, enrolment
from deploy.demo.journey.who import Who
from tests.acceptance.test_rows_attendance import attendance, recording
from tests.acceptance.test_rows_enrolment import refused
from tests.support.acceptance_region import PATHWAY, Cohort, Home, Region
from tests.support.eventually import eventually

PROMOTED_WITHIN = 5.0


async def act(region: Region, home: Home, verb: str, by: Who | None = None, **body: Any) -> Answer:
    """Ask something of the home's enrolment (its manager asks, when nobody else is named)."""
    return await region.api.ask(by or home.manager, ENROLMENT, f"enrolments/{home.enrolment_id}:{verb}", body)


async def standing(region: Region, home: Home) -> Mapping[str, Any]:
    """The home's enrolment as it is now."""
    return await enrolment(region.api, region.coordinator, home.enrolment_id)


async def reaches(region: Region, home: Home, status: str, seconds: float = PROMOTED_WITHIN) -> float:
    """Wait until the enrolment has this status; how many seconds it took."""
    began = time.monotonic()

    async def there() -> bool:
        return bool((await standing(region, home))["status"] == status)

    await eventually(there, f"the enrolment is {status}", seconds)
    return time.monotonic() - began


async def waiting_home(region: Region, cohort: Cohort) -> Home:
    """A home that is ready, and waits for a place."""
    home = await region.ready_home(cohort)
    answer = await act(region, home, "join-waiting-list", cohort_id=cohort.id)
    assert answer.body["status"] == "waiting"
    return home


async def test_E15_an_interest_binds_nobody_and_the_application_that_came_of_it_cites_it(region: Region):
    home = await region.home()
    told = {"area": "Wirral", "source": "information-event", "setting": "care-home-nursing", "home_id": home.id}

    interest = await region.api.ask(home.manager, ENROLMENT, "interests", told)
    assert interest.status == 201
    await region.platform.settled()
    assert not region.events(ENROLMENT, "ApplicationSubmitted")
    application = {"home_id": home.id, "pathway": PATHWAY, "applicant_person_id": home.manager.person_id}
    unknown = await refused(
        region.api.ask(home.manager, ENROLMENT, "enrolments", {**application, "interest_id": "none"})
    )
    assert (unknown.status, unknown.code) == (422, "interest_not_found")
    applied = await region.api.ask(home.manager, ENROLMENT, "enrolments", {**application, "interest_id": interest.id})

    assert (applied.body["interest_id"], applied.body["commitment"]) == (interest.id, None)
    await region.platform.settled()
    listed = await region.api.rows(region.coordinator, ENROLMENT, "interests", source="information-event")
    assert [row["enrolment_id"] for row in listed] == [applied.id]
    assert len(region.events(ENROLMENT, "InterestRegistered", "InterestFollowed")) == 2


async def test_E05_an_application_is_turned_down_with_a_reason_and_then_goes_nowhere(region: Region):
    cohort = await region.cohort()
    home = await region.ready_home(cohort)

    without = await refused(act(region, home, "reject-application", region.coordinator))
    assert (without.status, without.pointer) == (422, "/reason")
    rated = await refused(act(region, home, "reject-application", region.coordinator, reason="rating"))
    assert (rated.status, rated.pointer) == (422, "/reason")
    answer = await act(region, home, "reject-application", region.coordinator, reason="out-of-area")
    assert answer.body["status"] == "rejected"

    for asked in (act(region, home, "accept-place", cohort_id=cohort.id), act(region, home, "pause", reason="sale")):
        no = await refused(asked)
        assert (no.status, no.code, no.details["status"]) == (409, "enrolment_over", "rejected")
    placed = await refused(region.place(home, cohort))
    assert (placed.status, placed.code) == (409, "enrolment_over")
    told = (await region.api.get(region.coordinator, ENROLMENT, f"enrolments/{home.enrolment_id}/history")).body
    steps = [(event["type"].split(".")[2], item["actor"]["id"]) for item in told["items"] for event in item["events"]]
    assert steps[0] == ("ApplicationSubmitted", home.manager.person_id)
    assert steps[-1] == ("ApplicationRejected", region.coordinator.person_id)
    await region.platform.settled()
    again = await region.applied(home, cohort.version_id)
    assert (await standing(region, again))["previous_enrolment_id"] == home.enrolment_id


async def test_E06_a_place_that_is_given_back_is_offered_to_whoever_applied_first(region: Region):
    cohort = await region.cohort(capacity=2)
    first, _ = [await region.placed_home(cohort) for _ in range(2)]
    next_one, later = await waiting_home(region, cohort), await waiting_home(region, cohort)
    full = await refused(region.place(later, cohort))
    assert (full.status, full.code) == (409, "cohort_full")

    await act(region, first, "withdraw", reason="staffing")
    assert await reaches(region, next_one, "offered") < PROMOTED_WITHIN
    await region.platform.settled()
    assert (await standing(region, later))["status"] == "waiting"
    offers = region.events(ENROLMENT, "WaitingPlaceOffered")
    assert [offer.data["enrolment_id"] for offer in offers] == [next_one.enrolment_id]
    over_taken = await refused(act(region, later, "accept-place", cohort_id=cohort.id))
    assert over_taken.status == 409

    declined = await act(region, next_one, "decline-place", cohort_id=cohort.id)
    assert declined.body["status"] == "applied"
    await reaches(region, later, "offered")
    accepted = await act(region, later, "accept-place", cohort_id=cohort.id)
    assert (accepted.body["status"], accepted.body["cohort_id"]) == ("placed", cohort.id)
    await region.platform.settled()
    assert await region.api.rows(region.coordinator, ENROLMENT, "waiting-places", cohort_id=cohort.id) == []


async def test_E06_an_offer_that_nobody_takes_in_ten_working_days_goes_to_the_next(region: Region):
    cohort = await region.cohort(capacity=1)
    first = await region.placed_home(cohort)
    next_one, later = await waiting_home(region, cohort), await waiting_home(region, cohort)
    await act(region, first, "withdraw", reason="sale")
    await reaches(region, next_one, "offered")

    region.platform.clock.move(region.platform.now() + timedelta(days=15))

    await reaches(region, later, "offered", 20)
    assert (await standing(region, next_one))["status"] == "applied"
    no = await refused(act(region, next_one, "accept-place", cohort_id=cohort.id))
    assert no.status == 409
    await region.platform.settled()
    assert len(region.events(ENROLMENT, "WaitingPlaceOfferExpired")) == 1


async def test_E10_after_a_withdrawal_attendance_counts_up_to_its_day_only(region: Region):
    cohort = await region.cohort()
    on_the_day, before = [await region.placed_home(cohort) for _ in range(2)]
    workshop_day = region.moment(days=-1).date()
    await act(region, on_the_day, "withdraw", reason="closure", withdrawn_on=workshop_day.isoformat())
    earlier = (workshop_day - timedelta(days=1)).isoformat()
    await act(region, before, "withdraw", reason="not-relevant", withdrawn_on=earlier)
    unspoken = await refused(act(region, await region.placed_home(cohort), "withdraw"))
    assert (unspoken.status, unspoken.pointer) == (422, "/reason")

    back_dated = await region.api.ask(cohort.lead, ENROLMENT, recording(cohort), attendance(on_the_day))
    assert back_dated.status == 200
    no = await refused(region.api.ask(cohort.lead, ENROLMENT, recording(cohort), attendance(before)))
    assert (no.status, no.code, no.details["withdrawn_on"]) == (422, "after_withdrawal", earlier)


async def test_E10_a_home_puts_its_months_off_and_goes_on_so_much_later(region: Region):
    cohort = await region.cohort()
    home = await region.placed_home(cohort)
    due_on = (await standing(region, home))["due_on"]
    unplaced = await region.ready_home(cohort)
    early = await refused(act(region, unplaced, "pause", reason="outbreak"))
    assert (early.status, early.code) == (409, "not_placed")

    paused = await act(region, home, "pause", reason="outbreak")
    assert (paused.body["status"], paused.body["cohort_id"]) == ("paused", cohort.id)
    region.platform.clock.move(region.platform.now() + timedelta(days=7))
    resumed = await act(region, home, "resume", region.coordinator)

    assert resumed.body["status"] == "placed"
    assert resumed.body["due_on"] > due_on
    await region.platform.settled()
    [event] = region.events(ENROLMENT, "EnrolmentResumed")
    assert event.data["paused_days"] == 7


async def test_U6_a_home_withdraws_its_place_goes_to_the_next_and_it_may_come_again(region: Region):
    cohort = await region.cohort(capacity=1)
    leaver = await region.placed_home(cohort)
    await region.attended(leaver, cohort, ["ON"])
    waiting = await waiting_home(region, cohort)

    await act(region, leaver, "withdraw", reason="inspection-pressure")
    assert await reaches(region, waiting, "offered") < PROMOTED_WITHIN
    accepted = await act(region, waiting, "accept-place", cohort_id=cohort.id)
    assert accepted.body["status"] == "placed"
    await region.platform.settled()
    [withdrawn] = region.events(ENROLMENT, "EnrolmentWithdrawn")
    assert (withdrawn.data["reason"], withdrawn.data["cohort_id"]) == ("inspection-pressure", cohort.id)

    back = await region.applied(leaver, cohort.version_id)
    assert back.enrolment_id != leaver.enrolment_id
    assert (await standing(region, back))["previous_enrolment_id"] == leaver.enrolment_id
    old = await region.api.rows(leaver.manager, ENROLMENT, "attendances", enrolment_id=leaver.enrolment_id)
    assert [row["code"] for row in old] == ["ON"]
