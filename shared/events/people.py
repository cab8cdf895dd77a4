"""The contact card of a person: travels encrypted on `enrolment-people`, never in an event."""

from typing import Annotated

from pydantic import StringConstraints

from shared.chassis.declarations.cards import Card
from shared.events.values import Language

CardText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class ContactCard(Card):
    """How to reach a person. `email` and `phone` may be unknown."""

    name: CardText
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s\x00]+@[^@\s\x00]+$", max_length=254)] | None = None
    phone: Annotated[str, StringConstraints(pattern=r"^\+?[0-9 ()-]{6,25}$")] | None = None
    job_title: CardText | None = None
    language: Language = "en"
