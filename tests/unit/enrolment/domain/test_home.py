"""A home is on record once, whatever its rating, and has one place on each pathway."""

from datetime import date

import pytest

from services.enrolment.domain.home import (
    AlreadyEnrolled,
    ChangedBefore,
    ChangeRegisteredManager,
    FreePathway,
    HomeUnknown,
    PathwayInUse,
    RegisterHome,
    TakePathway,
    identity,
    registration,
)
from services.enrolment.domain.registration import (
    AlreadyRegistered,
    ClaimRegistration,
    InvalidRegistrationNumber,
    RegisteredElsewhere,
)
from services.enrolment.service import HOMES, REGISTRATIONS
from shared.events.enrolment import (
    CommitmentInQuestion,
    HomeRegistered,
    PathwayFreed,
    PathwayTaken,
    RegisteredManagerChanged,
    RegistrationClaimed,
)
from shared.events.values import Regulator
from tests.support.scenario import REGION, Scenario

REGISTER = RegisterHome(
    home_id="home-1",
    name="Bryn Awel",
    setting="care-home-nursing",
    regulator="cqc",
    registration_number="1-1000210669",
    ods_code="VL123",
    latest_rating="Inadequate",
)
REGISTERED = HomeRegistered(**REGISTER.model_dump())
CLAIM = registration(REGISTER, REGION)
CLAIMED = RegistrationClaimed(**CLAIM.model_dump())
TAKE = TakePathway(home_id="home-1", pathway="care-homes", enrolment_id="enrolment-1")
TAKEN = PathwayTaken(**TAKE.model_dump())
FREE = FreePathway(home_id="home-1", pathway="care-homes", enrolment_id="enrolment-1")
FREED = PathwayFreed(**FREE.model_dump())

home = Scenario(HOMES)
number = Scenario(REGISTRATIONS)


def test_a_home_is_put_on_record_with_its_rating() -> None:
    home.when(REGISTER).then(REGISTERED)


def test_a_home_that_is_on_record_is_named_to_whoever_registers_it_again() -> None:
    home.given(REGISTERED).when(REGISTER).then_refused(AlreadyRegistered, existing_id="home-1")


def test_the_claim_names_the_home_and_its_region() -> None:
    expected = ClaimRegistration(
        registration_id="cqc.1-1000210669",
        regulator="cqc",
        number="1-1000210669",
        home_id="home-1",
        home_region=REGION,
    )
    assert expected == CLAIM


def test_a_number_is_claimed_once() -> None:
    number.when(CLAIM).then(CLAIMED)
    number.given(CLAIMED).when(CLAIM).then_nothing()


def test_a_number_of_another_home_of_the_region_names_that_home() -> None:
    other = CLAIM.model_copy(update={"home_id": "home-2"})
    number.given(CLAIMED).when(other).then_refused(AlreadyRegistered, existing_id="home-1")


def test_a_number_of_a_home_in_another_region_names_nothing() -> None:
    other = CLAIM.model_copy(update={"home_id": "home-2", "home_region": "wales"})
    refusal = number.given(CLAIMED).when(other).then_refused(RegisteredElsewhere)
    assert refusal.details == {}


def test_the_same_number_gives_the_same_home_within_a_region_only() -> None:
    assert identity(REGISTER, REGION) == identity(REGISTER.model_copy(update={"name": "Other"}), REGION)
    assert identity(REGISTER, REGION) != identity(REGISTER, "wales")


@pytest.mark.parametrize(
    ("regulator", "right"),
    [
        ("cqc", "1-545611283"),
        ("cqc", "RXA01"),
        ("ciw", "SIN-00012345-ABCD"),
        ("rqia", "020123"),
        ("ci", "CS2003000123"),
    ],
)
def test_numbers_as_the_regulators_give_them_are_taken(regulator: Regulator, right: str) -> None:
    asked = REGISTER.model_copy(update={"regulator": regulator, "registration_number": right})
    home.when(asked).then_happened(HomeRegistered)
    number.when(registration(asked, REGION)).then_happened(RegistrationClaimed)


@pytest.mark.parametrize(
    ("regulator", "wrong"),
    [("cqc", "1-12345"), ("cqc", "2-1000210669"), ("cqc", "1-1000210669\n"), ("ciw", "1-1000210669"), ("ci", "CS12")],
)
def test_numbers_that_no_regulator_gives_are_invalid_and_name_the_field(regulator: Regulator, wrong: str) -> None:
    asked = REGISTER.model_copy(update={"regulator": regulator, "registration_number": wrong})
    refusal = home.when(asked).then_refused(InvalidRegistrationNumber, field="registration_number")
    assert refusal.kind == "invalid"
    claim = CLAIM.model_copy(update={"regulator": regulator, "number": wrong})
    number.when(claim).then_refused(InvalidRegistrationNumber, field="registration_number")


def test_a_home_has_one_live_enrolment_on_a_pathway() -> None:
    home.given(REGISTERED).when(TAKE).then(TAKEN)
    home.given(REGISTERED, TAKEN).when(TAKE).then_nothing()
    other = TAKE.model_copy(update={"enrolment_id": "enrolment-2"})
    home.given(REGISTERED, TAKEN).when(other).then_refused(AlreadyEnrolled, enrolment_id="enrolment-1")


def test_a_home_may_be_on_two_pathways_at_once() -> None:
    other = TAKE.model_copy(update={"enrolment_id": "enrolment-2", "pathway": "home-care"})
    home.given(REGISTERED, TAKEN).when(other).then_happened(PathwayTaken)


def test_a_home_that_nobody_registered_takes_no_pathway() -> None:
    home.when(TAKE).then_refused(HomeUnknown)


def test_a_pathway_is_freed_once_and_may_be_taken_again() -> None:
    home.given(REGISTERED, TAKEN).when(FREE).then(FREED)
    home.given(REGISTERED, TAKEN, FREED).when(FREE).then_nothing()
    other = TAKE.model_copy(update={"enrolment_id": "enrolment-2"})
    home.given(REGISTERED, TAKEN, FREED).when(other).then_happened(PathwayTaken)


def test_a_pathway_is_not_freed_for_an_enrolment_that_does_not_have_it() -> None:
    other = FREE.model_copy(update={"enrolment_id": "enrolment-2"})
    home.given(REGISTERED, TAKEN).when(other).then_nothing()


def test_a_pathway_is_not_freed_while_its_enrolment_goes_on() -> None:
    home.given(REGISTERED, TAKEN).knowing(enrolment_is_live=True).when(FREE).then_refused(
        PathwayInUse, enrolment_id="enrolment-1"
    )


MANAGER = ChangeRegisteredManager(home_id="home-1", manager_person_id="new", changed_on=date(2026, 1, 10))


def test_a_new_manager_is_asked_to_sign_wherever_the_home_takes_part() -> None:
    both = home.given(REGISTERED, TAKEN, TAKEN.model_copy(update={"pathway": "other", "enrolment_id": "enrolment-2"}))
    answer = both.when(MANAGER).then_happened(RegisteredManagerChanged, CommitmentInQuestion, CommitmentInQuestion)
    asked = [event for event in answer.events if isinstance(event, CommitmentInQuestion)]
    assert [event.enrolment_id for event in asked] == ["enrolment-1", "enrolment-2"]
    both.given(*answer.events).when(MANAGER).then_nothing()
    home.given(REGISTERED).when(MANAGER).then_happened(RegisteredManagerChanged)


def test_managers_come_one_after_the_other() -> None:
    known = home.given(REGISTERED)
    known = known.given(*known.when(MANAGER).events)
    before = MANAGER.model_copy(update={"manager_person_id": "older", "changed_on": date(2026, 1, 9)})
    known.when(before).then_refused(ChangedBefore, field="changed_on")
    next_one = known.when(before.model_copy(update={"changed_on": None})).events[0]
    assert isinstance(next_one, RegisteredManagerChanged)
    assert next_one.previous_manager_person_id == "new"
    home.when(MANAGER).then_refused(HomeUnknown)


def test_a_home_remembers_which_enrolment_it_had_before() -> None:
    assert home.given(REGISTERED, TAKEN, FREED).state.previous == {"care-homes": "enrolment-1"}
