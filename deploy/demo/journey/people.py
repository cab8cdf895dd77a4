"""Steps about contact cards: put a person on record, look at the card, change it, erase it."""

from collections.abc import Mapping
from typing import Any

from deploy.demo.journey.answers import Answer
from deploy.demo.journey.client import Api
from deploy.demo.journey.who import Who

ENROLMENT = "enrolment"


async def register_person(api: Api, by: Who, card: Mapping[str, Any]) -> str:
    """Put a person on record with their contact card (`name`, `email`, `phone`, …); the person's id."""
    return (await api.ask(by, ENROLMENT, "people", card)).id


async def read_card(api: Api, by: Who, person_id: str) -> Mapping[str, Any]:
    """The contact card of a person, as the asker may see it."""
    found: Mapping[str, Any] = (await api.get(by, ENROLMENT, f"people/{person_id}")).body
    return found


async def change_card(api: Api, by: Who, person_id: str, card: Mapping[str, Any]) -> Answer:
    """Replace the contact card of a person."""
    return await api.put(by, ENROLMENT, f"people/{person_id}", card)


async def erase_person(api: Api, by: Who, person_id: str) -> Answer:
    """Erase the contact card of a person, everywhere and for good."""
    return await api.delete(by, ENROLMENT, f"people/{person_id}")
