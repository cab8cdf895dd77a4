"""Whether somebody represents the home."""

from typing import ClassVar

from shared.chassis.declarations.event import Event


class RepresentationLost(Event):
    """The last representative of a home ended. Caused sometimes by EndRepresentative."""

    portfolio_id: str
    enrolment_id: str
    home_id: str
    pathway: str


class RepresentationRestored(Event):
    """A home that had no representative has one again. Caused sometimes by NoteRepresentative."""

    portfolio_id: str
    enrolment_id: str
    home_id: str
    pathway: str


class RepresentativeNoted(Event):
    """The portfolio knows that a person represents the home. Caused sometimes by NoteRepresentative."""

    private: ClassVar[bool] = True

    portfolio_id: str
    home_id: str
    person_id: str


class RepresentativeDropped(Event):
    """The portfolio knows that a person no longer represents the home. Caused sometimes by EndRepresentative."""

    private: ClassVar[bool] = True

    portfolio_id: str
    home_id: str
    person_id: str
