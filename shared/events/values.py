"""Values that events of several services carry."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

Setting = Literal["care-home-nursing", "care-home-residential", "domiciliary", "extra-care", "other"]
Regulator = Literal["cqc", "ciw", "rqia", "ci"]
WorkshopKind = Literal["induction", "step", "conclusion"]
Mode = Literal["in-person", "online", "hybrid"]
Language = Literal["en", "cy"]
HOME_ZONE = "Europe/London"
"""Where people look at the clock when nothing else is said."""
CatchUpMethod = Literal["later-cohort", "one-to-one", "recording"]


def calendar_uid(thing_id: str, kind: Literal["workshops", "gatherings"] = "workshops") -> str:
    """Return the UID under which every calendar knows this workshop or gathering, in a feed as in an invitation.

    SEQUENCE is `schedule_revision - 1`: both rise when it is moved, goes online or is cancelled.
    """
    return f"{thing_id}@{kind}.sixsteps"


class Value(BaseModel):
    """A part of an event. Immutable; fields nobody knows are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Label(Value):
    """What something is called in a language; in one setting, when one is named."""

    language: Language
    title: str
    setting: Setting | None = None


class PlannedWorkshop(Value):
    """One workshop of a programme version. `code` is stable (ON, S1 … S6, OFF); `minutes` is how long it lasts.

    `after` lists the codes of the workshops that a home must have been at before; without it a conclusion comes after
    the inductions, and everything else in any order. `title` is the English one; `labels` are others, by language and
    setting. `modes` are the ways in which it may be held.
    """

    code: str
    kind: WorkshopKind
    title: str
    mandatory: bool = True
    minutes: int = 210
    after: tuple[str, ...] | None = None
    labels: tuple[Label, ...] = ()
    modes: tuple[Mode, ...] = ("in-person", "online", "hybrid")


class Requirement(Value):
    """One slot of the portfolio. `step` is the code of the workshop that unlocks it; tags point into frameworks.

    `renewable`: fresh evidence for it is asked for when an accreditation is renewed.
    """

    key: str
    step: str
    title: str
    essential: bool = True
    tags: tuple[str, ...] = ()
    renewable: bool = False


class Framework(Value):
    """A framework that tags point into, e.g. the regulator's key questions; `codes` are what may be tagged."""

    key: str
    version: str
    title: str
    codes: tuple[str, ...]


class CompletionRules(Value):
    """The numbers of a programme version. Weeks and months as named; `late_days` after a register has closed.

    `part_covers` says whether somebody who was there for a part of a workshop has covered it; `catch_up_methods` how
    somebody who missed one may catch up, and `catch_up_days` for how long that is on offer.

    A free place is offered to the next in line for `offer_working_days`, up to the start of the workshop `joins_before`
    (None: at any time). A home is at risk after `missed_until_risk` workshops or `silent_days`, to be looked after
    within `risk_review_days`; one without representative is paused after `vacancy_grace_days`, and its facilitator
    decides after `vacancy_decision_days`.

    Reviews: a reviewer is reminded and the review escalated so many days after the submission; what comes back is due
    again within `resubmit_days`; after `support_after_returns` returns of one item a support contact is suggested; a
    portfolio without activity is stalled after `stalled_days`. Renewal: reminders so many days before the end, from
    the last of which on the accreditation is due; it may be renewed from the first reminder to `path_back_months`
    after the end.
    """

    min_representatives: int = 1
    nominal_weeks: int = 36
    max_weeks: int = 39
    late_days: int = 7
    valid_months: int = 12
    grace_days: int = 30
    home_coverage_percent: int = 100
    award_coverage_percent: int = 100
    part_covers: bool = False
    review_reminder_days: int = 7
    review_escalation_days: int = 14
    resubmit_days: int = 14
    support_after_returns: int = 3
    stalled_days: int = 30
    renewal_reminder_days: tuple[int, ...] = (180, 90, 30)
    path_back_months: int = 12
    catch_up_methods: tuple[CatchUpMethod, ...] = ("later-cohort", "one-to-one")
    catch_up_days: int = 56
    offer_working_days: int = 10
    joins_before: str | None = None
    missed_until_risk: int = 2
    silent_days: int = 30
    risk_review_days: int = 14
    vacancy_grace_days: int = 28
    vacancy_decision_days: int = 90


class Wording(Value):
    """A text that people put their name to, by version: the commitment, the manager's promise to sustain, a consent."""

    version: str
    text: str


class Validity(Value):
    """From the first day to the last, both included."""

    valid_from: date
    valid_to: date
