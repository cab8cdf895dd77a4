"""What happens to the files when an event gets its next version."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

import pytest

from deploy.cli.checkout import ROOT
from deploy.contracts.files import EXAMPLES, SCHEMAS, compared
from deploy.contracts.language import Language, Published
from shared.chassis.declarations.event import Event

OLD = SCHEMAS / "enrolment" / "CohortOpened.v1.json"
NEW = SCHEMAS / "enrolment" / "CohortOpened.v2.json"


def _posing(event: type[Event]) -> type[Event]:
    """Give a class the name of the real event. All of them name no lead any more, and call the capacity places."""
    event.__name__, event.__module__ = "CohortOpened", "shared.events.enrolment.cohort"
    return event


@_posing
class Unchanged(Event):
    """A cohort lets homes take places. Caused always by OpenCohort."""

    cohort_id: str
    places: int


@_posing
class Raised(Event):
    """A cohort lets homes take places. Caused always by OpenCohort."""

    version: ClassVar[int] = 2
    upcasts: ClassVar[Mapping[int, Any]] = {
        1: lambda data: {"cohort_id": data["cohort_id"], "places": data["capacity"]}
    }

    cohort_id: str
    places: int


@_posing
class Forgetful(Event):
    """A cohort lets homes take places. Caused always by OpenCohort."""

    version: ClassVar[int] = 2

    cohort_id: str
    places: int


def _with(language: Language, event: type[Event]) -> Language:
    """The language with another class in the place of CohortOpened."""
    changed = Language(language.services)
    changed.__dict__["published"] = tuple(_changed(one, event) for one in language.published)
    return changed


def _changed(one: Published, event: type[Event]) -> Published:
    return replace(one, event=event) if one.event.__name__ == "CohortOpened" else one


def test_a_next_version_with_a_way_up_gets_files_beside_the_old_ones(language: Language) -> None:
    report = compared(_with(language, Raised), ROOT)
    assert not report.broken
    assert {ROOT / NEW, ROOT / EXAMPLES / "enrolment" / "CohortOpened.v2.json"} <= report.stale.keys()
    assert ROOT / OLD not in report.stale


@pytest.mark.parametrize("event", [Unchanged, Forgetful], ids=["the same number", "no way up"])
def test_a_next_version_is_refused_without(language: Language, event: type[Event]) -> None:
    broken = compared(_with(language, event), ROOT).broken
    assert broken
    assert all(fault.startswith("enrolment/CohortOpened.v1.json: ") for fault in broken)
