"""Everybody may know what is judged before a home gets a place; a rating is not."""

from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import BaseModel

from services.enrolment.domain import cohort_state, enrolment_state, home, placing
from services.enrolment.domain.cohort import VersionUnknown
from services.enrolment.domain.programme_version import ProgrammeVersion
from services.enrolment.queries.standing import EligibilityQuestion, eligibility
from services.enrolment.service import PROGRAMME_VERSIONS
from tests.support.enrolment_story import VERSION_ID, published
from tests.support.scenario import Scenario


async def look(state: type[Any], thing_id: str) -> Any:
    known = (state, thing_id) == (ProgrammeVersion, VERSION_ID)
    return Scenario(PROGRAMME_VERSIONS).given(published()).state if known else None


TOOLS: Any = SimpleNamespace(look=look)


async def test_the_rules_name_no_rating() -> None:
    answer = await eligibility(EligibilityQuestion(), TOOLS)
    assert "commitment" in answer.inputs
    assert "rating" not in answer.model_dump_json().lower()


async def test_the_rules_of_a_version_come_with_its_numbers() -> None:
    answer = await eligibility(EligibilityQuestion(version_id=VERSION_ID), TOOLS)
    asked = {rule.code: rule.asks_for for rule in answer.rules}
    assert asked["too_few_representatives"] == "1"
    assert asked["setting_not_offered"] == "care-home-nursing, care-home-residential"


async def test_a_version_that_is_not_there_has_no_rules() -> None:
    with pytest.raises(VersionUnknown):
        await eligibility(EligibilityQuestion(version_id="none"), TOOLS)


def test_no_rule_about_a_place_can_see_a_rating() -> None:
    seen: list[type[BaseModel]] = [
        placing.ApplyingHome,
        placing.ChosenCohort,
        enrolment_state.Enrolment,
        cohort_state.Cohort,
    ]
    assert not any("rating" in name for model in seen for name in model.model_fields)
    assert "latest_rating" in home.Home.model_fields
