"""Standing: which roles a person has at which units, whatever their token still says.

A token lives for hours; who leaves a unit at noon must not look into it in the afternoon. And it names roles and units
apart: who has one role here and another there must not have both in both. A service says which events begin and end a
role somewhere, and names the view that `standing` makes of it as its `standing`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.chassis.declarations.access import ONLY_WITHIN
from shared.chassis.declarations.hints import parameters
from shared.chassis.declarations.view import Row, View

LastDays = Mapping[str, date | None]


@dataclass(frozen=True)
class Tenure:
    """One ground on which a person has a role at a unit; it holds until its last day, and on while it has none.

    `ground` tells apart what they have the role there by: it ends at the unit with the last of its grounds.
    """

    person_id: str
    role: str
    unit: str
    ground: str
    last_day: date | None


class Standing(Row):
    """One person: by role, unit and ground the last day of the tenure; None while it holds."""

    person_id: str
    tenures: Mapping[str, Mapping[str, LastDays]] = {}

    def lacks(self, today: date) -> Mapping[str, frozenset[str]]:
        """By role the units at which it is known not to hold today: it is over on the last day itself.

        Where the person is known by one role, another counts only if it is known there too, or nowhere at all.
        """
        known = {unit for units in self.tenures.values() for unit in units}
        return {
            role: frozenset(unit for unit in known if _over(units.get(unit, {}), today))
            for role, units in self.tenures.items()
        }


def _over(last_days: LastDays, today: date) -> bool:
    return all(day is not None and day <= today for day in last_days.values())


def standing(tenure: Callable[[Any], Tenure]) -> View[Standing]:
    """The view of it, folded from the events that `tenure` takes; the service itself reads it, nobody else.

    Events of one ground come in order, those of different grounds in any.
    """

    def fold(row: Standing | None, event: Any) -> Standing:
        return _noted(row, tenure(event))

    fold.__annotations__["event"] = parameters(tenure)[0]
    return View(
        path="standing",
        key=lambda event: tenure(event).person_id,
        fold=fold,
        read_by=ONLY_WITHIN,
        order="person_id",
    )


def _noted(row: Standing | None, tenure: Tenure) -> Standing:
    known = row or Standing(person_id=tenure.person_id)
    units = known.tenures.get(tenure.role, {})
    grounds = {**units.get(tenure.unit, {}), tenure.ground: tenure.last_day}
    return known.model_copy(update={"tenures": {**known.tenures, tenure.role: {**units, tenure.unit: grounds}}})
