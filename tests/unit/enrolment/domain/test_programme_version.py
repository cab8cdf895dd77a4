"""A programme version is published once, whole and consistent."""

from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from deploy.programmes import PROGRAMMES, newest, read_programme
from services.enrolment.domain.programme_version import (
    DuplicateCode,
    NoMandatoryWorkshop,
    PublishedOtherwise,
    PublishProgrammeVersion,
    Reason,
    UnknownStep,
    UnknownTag,
    WorkshopGiven,
    identity,
)
from services.enrolment.service import PROGRAMME_VERSIONS
from shared.events.enrolment import ProgrammeVersionPublished
from tests.support.enrolment_story import VERSION_ID, published
from tests.support.scenario import REGION, Scenario

version = Scenario(PROGRAMME_VERSIONS)


def publish(**changes: Any) -> PublishProgrammeVersion:
    body = published().model_dump(exclude={"version_id"})
    return PublishProgrammeVersion.model_validate({**body, "programme_version_id": VERSION_ID, **changes})


def test_a_version_is_published_as_it_was_handed_in() -> None:
    version.when(publish()).then(published())


def test_publishing_the_same_again_changes_nothing() -> None:
    version.given(published()).when(publish()).then_nothing()


def test_another_content_under_the_same_number_is_refused() -> None:
    version.given(published()).when(publish(title="Other")).then_refused(PublishedOtherwise, version_id=VERSION_ID)


def test_a_version_without_a_mandatory_workshop_is_refused() -> None:
    optional = [{**workshop.model_dump(), "mandatory": False} for workshop in published().workshops]
    version.when(publish(workshops=optional)).then_refused(NoMandatoryWorkshop, field="workshops")


@pytest.mark.parametrize("field", ["workshops", "requirements", "frameworks"])
def test_a_code_that_is_there_twice_is_refused(field: str) -> None:
    values = published().model_dump()[field]
    version.when(publish(**{field: [*values, values[0]]})).then_refused(DuplicateCode, field=field)


def test_a_requirement_of_a_step_that_is_no_workshop_is_refused() -> None:
    stray = [{"key": "s9-stray", "step": "S9", "title": "Stray"}]
    version.when(publish(requirements=stray)).then_refused(UnknownStep, key="s9-stray", step="S9")


def test_a_tag_that_no_framework_has_is_refused() -> None:
    stray = [{"key": "s1-stray", "step": "S1", "title": "Stray", "tags": ["kind"]}]
    version.when(publish(requirements=stray)).then_refused(UnknownTag, key="s1-stray", tags=["kind"])


@pytest.mark.parametrize("number", [0, -1, "1", 1.5])
def test_a_number_that_counts_nothing_is_invalid(number: Any) -> None:
    with pytest.raises(ValidationError, match="number"):
        publish(number=number)


def test_a_misspelt_field_inside_a_requirement_is_invalid() -> None:
    with pytest.raises(ValidationError, match="importance"):
        publish(requirements=[{"key": "k", "step": "S1", "title": "T", "importance": False}])


def test_the_same_number_in_another_region_is_another_version() -> None:
    assert identity(publish(), REGION) == VERSION_ID
    assert identity(publish(), "wales") != VERSION_ID


@pytest.mark.parametrize("file", sorted(PROGRAMMES.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_version_that_is_delivered_has_eight_workshops_and_slots_for_each_of_them(file: Path) -> None:
    body = read_programme(file)
    command = PublishProgrammeVersion.model_validate({**body, "programme_version_id": "default"})
    version.when(command).then_happened(ProgrammeVersionPublished)
    codes = [workshop.code for workshop in command.workshops]
    assert codes == ["ON", "S1", "S2", "S3", "S4", "S5", "S6", "OFF"]
    assert {requirement.step for requirement in command.requirements} == set(codes)
    assert 30 <= len(command.requirements) <= 40
    assert all(requirement.tags for requirement in command.requirements)
    assert command.model_dump(exclude={"programme_version_id"}).keys() == body.keys()
    assert set(command.risk_words) == set(get_args(Reason)), "every reason is said in words"


def test_wales_has_a_welsh_title_for_every_workshop_and_care_at_home_its_own_wording() -> None:
    def workshops(name: str) -> tuple[WorkshopGiven, ...]:
        return PublishProgrammeVersion.model_validate({**newest(name), "programme_version_id": "v"}).workshops

    wales, at_home = workshops("six-steps-wales"), workshops("six-steps-home-care")
    assert all(any(label.language == "cy" for label in workshop.labels) for workshop in (*wales, *at_home))
    assert {label.setting for workshop in wales for label in workshop.labels} == {None, "extra-care"}
    assert "own homes" in at_home[4].title


def test_a_workshop_is_held_in_some_way() -> None:
    with pytest.raises(ValidationError, match="modes"):
        publish(workshops=[{"code": "S1", "kind": "step", "title": "Step 1", "modes": []}])
