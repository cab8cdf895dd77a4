"""Standing: which roles of a person have ended at which units, whatever their token still says."""

from collections.abc import Mapping
from datetime import date

from shared.chassis.declarations.view import Row


class Standing(Row):
    """One person: by role and unit, the day from which the role does not hold there any more.

    A service folds such rows in a view that nobody outside reads, keyed by the person's id, and names it as its
    `standing`. A token lives for hours; who leaves a unit at noon must not look into it in the afternoon.
    """

    ended: Mapping[str, Mapping[str, date]] = {}
