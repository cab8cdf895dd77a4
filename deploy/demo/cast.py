"""Who plays: homes in their cohorts, with a manager and two representatives each, and a facilitator for each cohort.

What goes differently than planned is dealt out with the parts, as far as there are homes for it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from deploy.demo import months, names
from deploy.demo.journey import who
from deploy.demo.journey.who import Who
from deploy.demo.names import Home, Person

REPRESENTATIVES = 2
SIGNS_EARLY, HANDS_OVER, WITHDRAWS = 0, 1, 2
"""The numbers of the homes with which it goes differently."""


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
    first_representatives: Sequence[Player]
    successor: Player | None = None
    """Who takes over from the last representative, in a home where one hands over."""
    handed_over: bool = False
    withdraws: bool = False
    signs_early: bool = False
    home_id: str = ""
    enrolment_id: str = ""
    portfolio_id: str = ""
    status: str = "to come"

    @property
    def people(self) -> Sequence[Player]:
        """Everybody of the home, also who comes later."""
        return (self.manager, *self.first_representatives, *([self.successor] if self.successor else []))

    @property
    def representatives(self) -> Sequence[Player]:
        """Who represents the home now."""
        if self.successor is None or not self.handed_over:
            return self.first_representatives
        return (*self.first_representatives[:-1], self.successor)

    @property
    def manager_who(self) -> Who:
        """The manager, as the token says."""
        return self.manager.at(self.home_id)

    def takes_part_in(self, code: str) -> bool:
        """Whether the home still takes part when this workshop comes."""
        return not (self.withdraws and months.is_later(code, months.WITHDRAWN_AFTER))

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

    def at(self, code: str) -> list[HomePlayer]:
        """The homes that take part in this workshop."""
        return [home for home in self.homes if home.takes_part_in(code)]

    def told_of(self, code: str) -> int:
        """How many people are told of this workshop."""
        return 1 + REPRESENTATIVES * len(self.at(code))


@dataclass
class Cast:
    """Everybody."""

    coordinator: Who
    cohorts: Sequence[CohortPlayer]

    @property
    def homes(self) -> list[HomePlayer]:
        """All homes, cohort by cohort."""
        return [home for cohort in self.cohorts for home in cohort.homes]

    @property
    def staying(self) -> list[HomePlayer]:
        """The homes that go on to the end."""
        return [home for home in self.homes if not home.withdraws]

    @property
    def successors(self) -> int:
        """How many people take over from a representative on the way."""
        return sum(home.successor is not None for home in self.homes)

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
    successor = Player(names.person(cohorts + len(homes) * (1 + REPRESENTATIVES), "representative"), "representative")
    for home_player in (each for cohort in found for each in cohort.homes):
        home_player.successor = successor if home_player.number == HANDS_OVER else None
    return Cast(who.coordinator(), found)


def _home_player(number: int, home: Home, taken: int) -> HomePlayer:
    first = taken + number * (1 + REPRESENTATIVES)
    manager = Player(names.person(first, "manager", home.language), "manager")
    others = [
        Player(names.person(first + 1 + offset, "representative", home.language), "representative")
        for offset in range(REPRESENTATIVES)
    ]
    early, withdraws = number == SIGNS_EARLY, number == WITHDRAWS
    return HomePlayer(number, home, manager, others, withdraws=withdraws, signs_early=early)
