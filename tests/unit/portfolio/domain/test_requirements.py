"""A version's requirements are adopted once and never change."""

from services.portfolio.domain.requirements import AdoptRequirements
from services.portfolio.service import REQUIREMENTS as AGGREGATE
from shared.events.portfolio import RequirementsAdopted
from tests.support.scenario import Scenario
from tests.unit.portfolio.given import RECORD, REFLECTION, REQUIREMENTS, STATEMENT, VERSION_ID

requirements = Scenario(AGGREGATE)
ADOPT = AdoptRequirements(
    requirements_id=VERSION_ID,
    **{name: getattr(REQUIREMENTS, name) for name in AdoptRequirements.model_fields if name != "requirements_id"},
)
ADOPTED = RequirementsAdopted(**{name: getattr(REQUIREMENTS, name) for name in RequirementsAdopted.model_fields})


def test_the_requirements_of_a_version_are_adopted() -> None:
    assert requirements.when(ADOPT).then(ADOPTED).state == REQUIREMENTS


def test_a_version_never_changes() -> None:
    requirements.given(ADOPTED).when(ADOPT.model_copy(update={"title": "Another"})).then_nothing()


def test_only_essential_requirements_are_missed() -> None:
    assert REQUIREMENTS.missing({RECORD.key}) == (STATEMENT.key,)
    assert REQUIREMENTS.missing({STATEMENT.key, RECORD.key}) == ()


def test_a_requirement_is_found_by_its_key() -> None:
    assert REQUIREMENTS.find(REFLECTION.key) == REFLECTION
    assert REQUIREMENTS.find("S9-none") is None
