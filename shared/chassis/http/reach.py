"""How far the one who asks may reach: roles, regions, units, and their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request

from shared.chassis.declarations.access import ANYBODY, Access, Reach
from shared.chassis.declarations.facts import Actor
from shared.chassis.failures import NotPermitted
from shared.chassis.http.parts import HttpParts
from shared.chassis.http.problems import Problem
from shared.chassis.http.tokens import not_signed_in

REGION_HEADER: Final = "Sixsteps-Region"
ANONYMOUS: Final = "anonymous"


@dataclass(frozen=True)
class Visitor:
    """Who asks, and how far the declared access lets them reach. `regions` is what they may see here.

    `stranger`: nobody known, there was no token. `any_region`: a stranger at a public list, which is one for all
    regions.
    """

    actor: Actor
    everywhere: bool
    reaches: frozenset[Reach]
    regions: frozenset[str]
    stranger: bool = False
    any_region: bool = False

    def permit(self, unit: str | None, person: str | None) -> None:
        """Compare the thing's unit and person with theirs. Raises NotPermitted when it is out of their reach."""
        if self.everywhere:
            return
        by_unit = "unit" in self.reaches and unit is not None and unit in self.actor.units
        by_self = "self" in self.reaches and person is not None and person == self.actor.id
        if not (by_unit or by_self):
            raise NotPermitted

    def region(self) -> str:
        """The one region in which something new will live. Raises Problem 422 when it is not clear which."""
        if len(self.regions) != 1:
            raise Problem(
                422, "region_not_clear", f"Say by the header {REGION_HEADER} in which region.",
                details={"header": REGION_HEADER, "regions": sorted(self.actor.regions)},
            )  # fmt: skip
        return next(iter(self.regions))

    def sees(self, region: str) -> bool:
        """Whether what lies in this region exists for them at all."""
        return self.any_region or region in self.regions


async def visitor(request: Request, parts: HttpParts, access: Access, *, anywhere: bool = False) -> Visitor:
    """Let in who may come in. Raises Problem 401, 422 and 429, and NotPermitted when no role of theirs is named.

    `anywhere`: a stranger need not say which region they mean.
    """
    actor = await parts.authenticator.actor(request.headers.get("authorization"))
    if actor is None and not access.public:
        raise not_signed_in()
    chosen = request.headers.get(REGION_HEADER)
    if actor is None:
        parts.strangers.admit(request.client.host if request.client else "")
        return _stranger(chosen, anywhere=anywhere)
    if chosen is not None and chosen not in actor.regions:
        raise Problem(
            422, "region_not_yours", f"The header {REGION_HEADER} names a region that is not in the token.",
            details={"header": REGION_HEADER},
        )  # fmt: skip
    reaches = frozenset(grant.within for grant in access.grants if grant.role in actor.roles | {ANYBODY})
    open_to_all = access.public or access.signed_in
    if not (open_to_all or reaches):
        raise NotPermitted
    regions = actor.regions if chosen is None else frozenset({chosen})
    return Visitor(_still(actor, access), open_to_all or "region" in reaches, reaches, regions)


def _still(actor: Actor, access: Access) -> Actor:
    """The actor without the units at which they have none of the roles that would let them in."""
    roles = {grant.role for grant in access.grants if grant.within == "unit"} & actor.roles
    if not roles or not actor.lacks:
        return actor
    closed = frozenset.intersection(*(actor.lacks.get(role, frozenset()) for role in roles))
    return actor.model_copy(update={"units": actor.units - closed})


def _stranger(chosen: str | None, *, anywhere: bool) -> Visitor:
    if chosen is None and anywhere:
        nobody = Actor(kind="person", id=ANONYMOUS)
        return Visitor(nobody, True, frozenset(), frozenset(), stranger=True, any_region=True)
    if chosen is None or not chosen.isascii() or not chosen.isprintable():
        raise Problem(
            422, "region_not_clear", f"Say by the header {REGION_HEADER} which region you mean.",
            details={"header": REGION_HEADER},
        )  # fmt: skip
    regions = frozenset({chosen})
    return Visitor(Actor(kind="person", id=ANONYMOUS, regions=regions), True, frozenset(), regions, stranger=True)


def scope(visitor: Visitor, unit: str | None, person: str | None) -> Mapping[str, Any]:
    """What a stored row must match to be theirs: region, and unit or person where the role reaches no further."""
    regions = {} if visitor.any_region else {"region": {"$in": sorted(visitor.regions)}}
    if visitor.everywhere:
        return regions
    own: list[Mapping[str, Any]] = []
    if "unit" in visitor.reaches and unit is not None:
        own.append({f"row.{unit}": {"$in": sorted(visitor.actor.units)}})
    if "self" in visitor.reaches and person is not None:
        own.append({f"row.{person}": visitor.actor.id})
    return {**regions, "$or": own} if own else {**regions, "_id": {"$in": []}}
