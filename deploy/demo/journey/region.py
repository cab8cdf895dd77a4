# ruff: noqa: PLR0913 - a request has as many parameters as it has fields
"""Steps of the people who run the programme for a region: versions, facilitators, cohorts, workshops."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from deploy.demo.journey.answers import Answer
from deploy.demo.journey.client import Api
from deploy.demo.journey.who import Who
from deploy.programmes import default_programme

ENROLMENT: Final = "enrolment"


def essential_of(programme: Mapping[str, Any]) -> dict[str, list[str]]:
    """The keys of the essential requirements by the code of their workshop."""
    found: dict[str, list[str]] = {workshop["code"]: [] for workshop in programme["workshops"]}
    for requirement in programme["requirements"]:
        if requirement.get("essential", True):
            found[requirement["step"]].append(requirement["key"])
    return found


async def publish_programme(api: Api, by: Who, programme: Mapping[str, Any] | None = None) -> Answer:
    """Publish a programme version (the default one); publishing the same again changes nothing."""
    return await api.ask(by, ENROLMENT, "programme-versions", programme or default_programme())


async def record_competence(
    api: Api, by: Who, person_id: str, programme: str, competent_from: date, competent_until: date | None = None
) -> Answer:
    """Record that a person may lead cohorts of this programme."""
    body = {"person_id": person_id, "programme": programme, "competent_from": competent_from.isoformat()}
    if competent_until is not None:
        body["competent_until"] = competent_until.isoformat()
    return await api.ask(by, ENROLMENT, "facilitators", body)


async def plan_cohort(
    api: Api, by: Who, *, name: str, version_id: str, area: str, capacity: int, starts_on: date
) -> str:
    """Plan a cohort; its id."""
    body = {"name": name, "version_id": version_id, "area": area, "capacity": capacity}
    return (await api.ask(by, ENROLMENT, "cohorts", {**body, "starts_on": starts_on.isoformat()})).id


async def assign_facilitator(api: Api, by: Who, cohort_id: str, person_id: str) -> Answer:
    """Give the lead of the cohort to a facilitator."""
    return await api.ask(by, ENROLMENT, f"cohorts/{cohort_id}:assign-facilitator", {"person_id": person_id})


async def open_cohort(api: Api, by: Who, cohort_id: str) -> Answer:
    """Let homes take places."""
    return await api.ask(by, ENROLMENT, f"cohorts/{cohort_id}:open")


async def schedule_workshop(
    api: Api, by: Who, cohort_id: str, code: str, starts_at: datetime, ends_at: datetime, venue: str | None = None
) -> str:
    """Give one workshop of the cohort its date; the workshop's id."""
    body = {
        "cohort_id": cohort_id,
        "code": code,
        "starts_at": starts_at.isoformat(),
        "ends_at": ends_at.isoformat(),
        "venue": venue,
    }
    return (await api.ask(by, ENROLMENT, "workshops", body)).id
