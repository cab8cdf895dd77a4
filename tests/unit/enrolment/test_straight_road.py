"""The straight road through the chassis itself: requests, reservations and reactions, over a store in memory."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.enrolment.domain import facilitator as facilitators
from services.enrolment.domain import home as homes
from services.enrolment.domain import programme_version, workshop
from services.enrolment.domain.cohort import OpenCohort, PlanCohort
from services.enrolment.domain.cohort_state import Cohort
from services.enrolment.domain.completion import NoteSignOff
from services.enrolment.domain.enrolment_state import Enrolment
from services.enrolment.domain.facilitator import RecordCompetence
from services.enrolment.domain.home import AlreadyEnrolled, Home, RegisterHome
from services.enrolment.domain.leading import AssignFacilitator, HandOverCohort, NotCompetent
from services.enrolment.domain.leaving import WithdrawEnrolment
from services.enrolment.domain.places import CohortFull, TakePlace
from services.enrolment.domain.placing import (
    CommitmentMissing,
    PlaceHome,
    RecordCommitment,
    SubmitApplication,
)
from services.enrolment.domain.register import RecordAttendance
from services.enrolment.domain.registration import AlreadyRegistered, RegisteredElsewhere
from services.enrolment.domain.representatives import ConfirmRepresentative, NominateRepresentative
from services.enrolment.domain.schedule import ScheduleWorkshop
from services.enrolment.domain.workshop_state import Workshop
from services.enrolment.service import SERVICE
from shared.chassis.catalogue import Catalogue
from shared.chassis.declarations.aggregate import Aggregate
from shared.chassis.declarations.command import Command
from shared.chassis.declarations.envelope import Envelope
from shared.chassis.declarations.facts import Actor
from shared.chassis.drivers.memory_store import MemoryStore
from shared.chassis.handling import Handling
from shared.chassis.journal import Journal
from shared.chassis.refusals import RefusalBook
from shared.chassis.relay import Relay
from shared.chassis.requests import Request
from tests.support.enrolment_story import CODES, STARTS_ON, VERSION_ID, WORKSHOP_STARTS, published
from tests.support.scenario import NOW, REGION
from tests.support.shoe_works import ForgetfulDocuments, SetClock, Topic

EVERYTHING: Mapping[str, Any] = {
    "id": "e", "type": "t", "source": "s", "subject": "s", "sequence": 1, "time": NOW, "region": REGION,
    "key": "k", "correlation_id": "c", "causation_id": "c",
}  # fmt: skip


class Enrolling:
    """One process of enrolment; `react` lets the policies see what happened in a stream since the last time."""

    def __init__(self) -> None:
        store, self.clock = MemoryStore(), SetClock(NOW)
        relay = Relay(store, Topic(), self.clock, "enrolment-events", "/sixsteps/test/enrolment")
        events = [event for row in SERVICE.aggregates for event in row.events]
        self.catalogue = Catalogue(events)
        self.journal = Journal(store, self.catalogue, relay.learn, relay.doubt)
        self.handling = Handling(
            SERVICE, self.journal, self.clock, ForgetfulDocuments(), RefusalBook(store, self.clock)
        )
        self.asked = 0

    async def ask(self, command: Command, region: str = REGION) -> Any:
        self.asked += 1
        request = Request(
            command=command,
            cause=f"cause-{self.asked}",
            fingerprint=command.model_dump_json(),
            actor=Actor(kind="person", id="coordinator", regions=frozenset({region})),
            region=region,
            correlation_id="c",
            causation_id="c",
        )
        return (await self.handling.handle(request)).thing.state

    async def react(self, state: type[Any], thing_id: str) -> None:
        row: Aggregate[Any, Any, Any, Any] = next(row for row in SERVICE.aggregates if row.state is state)
        for commit in await self.handling.history(row, thing_id):
            for told in commit["events"]:
                event = self.catalogue.read(told["type"], told["data"])
                for policy in SERVICE.reactions:
                    if isinstance(event, policy.events):
                        command = policy(event, Envelope(**EVERYTHING))
                        if command is not None:
                            await self.ask(command)

    async def look(self, state: type[Any], thing_id: str) -> Any:
        return await self.handling.look_in(REGION)(state, thing_id)


def register(number: str, region: str = REGION) -> RegisterHome:
    asked = RegisterHome(
        home_id="x", name="Bryn Awel", setting="care-home-nursing", regulator="cqc", registration_number=number
    )
    return asked.model_copy(update={"home_id": homes.identity(asked, region)})


def competent(person_id: str, region: str = REGION) -> RecordCompetence:
    asked = RecordCompetence(
        facilitator_id="x", person_id=person_id, programme="six-steps", competent_from=date(2025, 1, 1)
    )
    return asked.model_copy(update={"facilitator_id": facilitators.identity(asked, region)})


@pytest.fixture
async def enrolling() -> Enrolling:
    """A region with a published version and an open cohort of one place."""
    world = Enrolling()
    await world.journal.prepare()
    body = published().model_dump(exclude={"version_id"})
    await world.ask(
        programme_version.PublishProgrammeVersion.model_validate(body | {"programme_version_id": VERSION_ID})
    )
    await world.ask(competent("lead"))
    await world.ask(
        PlanCohort(
            cohort_id="cohort-a", name="A", version_id=VERSION_ID, area="Wirral", capacity=1, starts_on=STARTS_ON
        )
    )
    await world.ask(AssignFacilitator(cohort_id="cohort-a", person_id="lead"))
    await world.ask(OpenCohort(cohort_id="cohort-a"))
    return world


async def applied(world: Enrolling, enrolment_id: str, number: str) -> str:
    home = await world.ask(register(number))
    await world.ask(
        SubmitApplication(
            enrolment_id=enrolment_id,
            home_id=home.home_id,
            pathway="care-homes",
            applicant_person_id="manager",
            version_id=VERSION_ID,
        )
    )
    return str(home.home_id)


async def ready(world: Enrolling, enrolment_id: str, number: str) -> str:
    home_id = await applied(world, enrolment_id, number)
    await world.ask(
        RecordCommitment(
            enrolment_id=enrolment_id,
            signatory_person_id="manager",
            signatory_role="manager",
            wording_version="commitment-1",
            signed_on=date(2026, 1, 10),
        )
    )
    person = f"anna-of-{enrolment_id}"
    await world.ask(NominateRepresentative(enrolment_id=enrolment_id, person_id=person, job_role="senior-carer"))
    await world.ask(ConfirmRepresentative(enrolment_id=enrolment_id, person_id=person))
    return home_id


async def attend(world: Enrolling, code: str, starts_at: datetime) -> None:
    scheduled = ScheduleWorkshop(
        workshop_id="x",
        cohort_id="cohort-a",
        code=code,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=3),
    )
    workshop_id = workshop.identity(scheduled, REGION)
    await world.ask(scheduled.model_copy(update={"workshop_id": workshop_id}))
    world.clock.moment = starts_at
    await world.ask(
        RecordAttendance(workshop_id=workshop_id, enrolment_id="e1", person_id="anna-of-e1", status="attended")
    )
    await world.react(Workshop, workshop_id)


async def test_a_home_is_on_record_once_in_its_region_and_not_in_another(enrolling: Enrolling) -> None:
    home = await enrolling.ask(register("1-1000210669"))
    with pytest.raises(AlreadyRegistered) as again:
        await enrolling.ask(register("1-1000210669"))
    assert again.value.details == {"existing_id": home.home_id}
    with pytest.raises(RegisteredElsewhere):
        await enrolling.ask(register("1-1000210669", "wales"), "wales")


async def test_a_person_found_competent_in_one_region_may_be_found_so_in_another(enrolling: Enrolling) -> None:
    assert (await enrolling.ask(competent("lead", "wales"), "wales")).person_id == "lead"


async def test_what_one_region_found_of_a_facilitator_says_nothing_to_another(enrolling: Enrolling) -> None:
    await enrolling.ask(competent("next", "wales"), "wales")
    with pytest.raises(NotCompetent):
        await enrolling.ask(HandOverCohort(cohort_id="cohort-a", person_id="next", reason="long-absence"))


async def test_a_home_holds_one_live_enrolment_and_may_come_again_after_leaving(enrolling: Enrolling) -> None:
    home_id = await applied(enrolling, "e1", "1-1000210669")
    second = SubmitApplication(enrolment_id="e2", home_id=home_id, pathway="care-homes", applicant_person_id="manager")
    with pytest.raises(AlreadyEnrolled) as refused:
        await enrolling.ask(second)
    assert refused.value.details == {"enrolment_id": "e1"}
    await enrolling.ask(WithdrawEnrolment(enrolment_id="e1", reason="home-decided"))
    await enrolling.react(Enrolment, "e1")
    assert (await enrolling.ask(second)).status == "applied"


async def test_a_refused_home_takes_no_place(enrolling: Enrolling) -> None:
    await applied(enrolling, "e1", "1-1000210669")
    with pytest.raises(CommitmentMissing):
        await enrolling.ask(PlaceHome(enrolment_id="e1", cohort_id="cohort-a"))
    assert (await enrolling.look(Cohort, "cohort-a")).placed == ()


async def test_the_last_place_goes_to_one_home_until_that_home_leaves(enrolling: Enrolling) -> None:
    await ready(enrolling, "e1", "1-1000210669")
    await ready(enrolling, "e2", "1-1000210670")
    await enrolling.ask(PlaceHome(enrolment_id="e1", cohort_id="cohort-a"))
    with pytest.raises(CohortFull):
        await enrolling.ask(PlaceHome(enrolment_id="e2", cohort_id="cohort-a"))
    await enrolling.ask(WithdrawEnrolment(enrolment_id="e1", reason="home-decided"))
    await enrolling.react(Enrolment, "e1")
    assert (await enrolling.ask(PlaceHome(enrolment_id="e2", cohort_id="cohort-a"))).status == "placed"
    assert (await enrolling.look(Cohort, "cohort-a")).placed == ("e2",)


async def test_a_home_completes_and_its_representative_is_awarded(enrolling: Enrolling) -> None:
    home_id = await ready(enrolling, "e1", "1-1000210669")
    await enrolling.ask(PlaceHome(enrolment_id="e1", cohort_id="cohort-a"))
    for month, code in enumerate(CODES):
        await attend(enrolling, code, WORKSHOP_STARTS + timedelta(weeks=4 * month))
    enrolment = await enrolling.look(Enrolment, "e1")
    assert (enrolment.coverage_completed, enrolment.status) == (True, "placed")
    await enrolling.ask(NoteSignOff(enrolment_id="e1", portfolio_id="p1", signed_off_on=date(2026, 4, 10)))
    await enrolling.react(Enrolment, "e1")
    await enrolling.react(Enrolment, "e1")
    enrolment = await enrolling.look(Enrolment, "e1")
    assert (enrolment.status, enrolment.awarded) == ("completed", frozenset({"anna-of-e1"}))
    assert (await enrolling.look(Home, home_id)).enrolments == {}


async def test_a_place_taken_twice_is_taken_once(enrolling: Enrolling) -> None:
    await ready(enrolling, "e1", "1-1000210669")
    take = TakePlace(cohort_id="cohort-a", enrolment_id="e1")
    assert (await enrolling.ask(take)).placed == (await enrolling.ask(take)).placed == ("e1",)
    assert datetime(2026, 1, 12, 9, tzinfo=UTC) == NOW
