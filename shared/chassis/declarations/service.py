"""The manifest of a service: everything it declares, in one value."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from shared.chassis.declarations.access import ONLY_WITHIN, Access
from shared.chassis.declarations.age import Age
from shared.chassis.declarations.aggregate import Aggregate
from shared.chassis.declarations.cards import CardBook
from shared.chassis.declarations.deadline import Deadline
from shared.chassis.declarations.errand import Errand
from shared.chassis.declarations.policy import Policy, PolicyFunction
from shared.chassis.declarations.query import Query
from shared.chassis.declarations.standing import Standing
from shared.chassis.declarations.view import View

Gateways = Callable[[Mapping[str, str]], Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Service:
    """What a service can be asked, decides, reacts to, shows and waits for. The chassis delivers it.

    `unit_claim` is the token's claim that lists the units a person acts for. Everybody may read their own refused
    attempts; `refusals_read_by` says who may read all of a region. `gateways` builds the gateways by name
    out of the environment's settings (only those whose names start with `SIXSTEPS_`); one with an `aclose` is closed
    with the process. `standing` is the one of `views` whose rows say who has which role where, so that a token is
    not believed beyond that; the days in it begin when a calendar on a wall in `zone` says so.
    """

    name: str
    aggregates: tuple[Aggregate[Any, Any, Any, Any], ...]
    policies: tuple[PolicyFunction, ...] = ()
    views: tuple[View[Any], ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    errands: tuple[Errand, ...] = ()
    queries: tuple[Query, ...] = ()
    ages: tuple[Age, ...] = ()
    cards: CardBook | None = None
    unit_claim: str = "units"
    standing: View[Standing] | None = None
    zone: str = "UTC"
    refusals_read_by: Access = ONLY_WITHIN
    gateways: Gateways = field(default=lambda _settings: {})

    @cached_property
    def reactions(self) -> tuple[Policy, ...]:
        """The policies as rows."""
        return tuple(Policy(function) for function in self.policies)
