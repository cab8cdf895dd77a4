"""Who plays: homes in their cohorts, with a manager and two representatives each, and a facilitator for each cohort."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from deploy.demo import names
from deploy.demo.journey import who
from deploy.demo.journey.who import Who
from deploy.demo.names import Home, Person

REPRESENTATIVES = 2


@dataclass
class Player:
    """A person with the contact card that was seeded, and who they are to the platform once on record."""

    card: Person
    role: str
    person_id: str = ""

    def at(self, *homes: str) -> Who:
        """Who they are, with these homes in the token."""
        return Who(self.person_id, (self.role,), who.REGION, homes)


@dataclass
class HomePlayer:
    """One home on its road: what was decided for it so far."""

    number: int
    home: Home
    manager: Player
    representatives: Sequence[Player]
    home_id: str = ""
    enrolment_id: str = ""
    portfolio_id: str = ""
    status: str = "to come"

    @property
    def people(self) -> Sequence[Player]:
        """Everybody of the home."""
        return (self.manager, *self.representatives)

    @property
    def manager_who(self) -> Who:
        """The manager, as the token says."""
        return self.manager.at(self.home_id)

    def representative_who(self, number: int) -> Who:
        """One of the representatives, as the token says."""
        return self.representatives[number % len(self.representatives)].at(self.home_id)


@dataclass
class CohortPlayer:
    """Homes that go together, led by one facilitator."""

    name: str
    facilitator: Player
    homes: list[HomePlayer] = field(default_factory=list)
    cohort_id: str = ""
    workshops: dict[str, str] = field(default_factory=dict)

    @property
    def told_of_workshops(self) -> int:
        """How many people are told of each workshop."""
        return 1 + sum(len(home.representatives) for home in self.homes)


@dataclass
class Cast:
    """Everybody."""

    coordinator: Who
    cohorts: Sequence[CohortPlayer]

    @property
    def homes(self) -> list[HomePlayer]:
        """All homes, cohort by cohort."""
        return [home for cohort in self.cohorts for home in cohort.homes]

    def players(self) -> Iterator[Player]:
        """Everybody with a contact card."""
        for cohort in self.cohorts:
            yield cohort.facilitator
            for home in cohort.homes:
                yield from home.people


def cast(homes: Sequence[Home], cohorts: int) -> Cast:
    """Give every home its people and its cohort; the homes are dealt out evenly."""
    found = [
        CohortPlayer(f"2026-{number + 1}", Player(names.person(number, "facilitator"), "facilitator"))
        for number in range(cohorts)
    ]
    for number, home in enumerate(homes):
        found[number % cohorts].homes.append(_home_player(number, home, cohorts))
    return Cast(who.coordinator(), found)


def _home_player(number: int, home: Home, taken: int) -> HomePlayer:
    first = taken + number * (1 + REPRESENTATIVES)
    manager = Player(names.person(first, "manager"), "manager")
    others = [
        Player(names.person(first + 1 + offset, "representative"), "representative")
        for offset in range(REPRESENTATIVES)
    ]
    return HomePlayer(number, home, manager, others)
