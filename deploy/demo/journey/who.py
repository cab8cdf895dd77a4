"""Who asks: a person's id with the roles, region and homes that their token carries."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from deploy.local.issuer import LocalIssuer
from shared.events import roles

REGION = "north"


@dataclass(frozen=True)
class Who:
    """One person as their token names them."""

    person_id: str
    roles: tuple[str, ...]
    region: str = REGION
    homes: tuple[str, ...] = ()

    def at(self, *homes: str) -> "Who":
        """The same person, with these homes in the token."""
        return replace(self, homes=homes)

    def also(self, *more: str) -> "Who":
        """The same person with further roles."""
        return replace(self, roles=(*self.roles, *more))


TokenOf = Callable[[Who], str]


def coordinator(person_id: str = "coordinator-1", region: str = REGION) -> Who:
    """Somebody who runs the programme for the region."""
    return Who(person_id, (roles.COORDINATOR,), region)


def facilitator(person_id: str, region: str = REGION) -> Who:
    """Somebody who leads cohorts."""
    return Who(person_id, (roles.FACILITATOR,), region)


def manager(person_id: str, *homes: str, region: str = REGION) -> Who:
    """Somebody who manages these homes."""
    return Who(person_id, (roles.MANAGER,), region, homes)


def representative(person_id: str, *homes: str, region: str = REGION) -> Who:
    """Somebody who represents these homes."""
    return Who(person_id, (roles.REPRESENTATIVE,), region, homes)


def member(person_id: str, region: str = REGION) -> Who:
    """Somebody in the champions' network."""
    return Who(person_id, (roles.MEMBER,), region)


def tokens_from(issuer: LocalIssuer) -> TokenOf:
    """Tokens of the local issuer, each made once."""
    made: dict[Who, str] = {}

    def token_of(who: Who) -> str:
        if who not in made:
            made[who] = issuer.token(who.person_id, roles=who.roles, regions=[who.region], homes=who.homes)
        return made[who]

    return token_of
