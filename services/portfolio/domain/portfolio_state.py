"""What a portfolio knows of itself, how each event changes it, and the no's that hang on it.

Steps, representatives and coverage may be noted before the portfolio opens: they come from streams of their own.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Literal, assert_never

from pydantic import Field

from services.portfolio.domain.renewal_state import Renewal, renewed
from shared.chassis.declarations.facts import Actor
from shared.chassis.declarations.refusal import Refusal
from shared.chassis.declarations.state import State, replace
from shared.events.portfolio import (
    AccreditationEarned,
    AttendanceNoted,
    AttendanceVoidNoted,
    CoverageNoted,
    CoverageReopened,
    FacilitatorSigned,
    ManagerAttested,
    PortfolioFrozen,
    PortfolioHandedOver,
    PortfolioOpened,
    PortfolioReadyForSignOff,
    PortfolioRevived,
    PortfolioSignedOff,
    PortfolioStalled,
    RenewalAttested,
    RenewalEarned,
    RenewalOpened,
    RenewalSigned,
    RepresentationLost,
    RepresentationRestored,
    RepresentativeDropped,
    RepresentativeNoted,
    RequirementExcepted,
    SlotBacked,
    SlotFilled,
    SlotRenewed,
    SlotReopened,
    StepUnlocked,
)

Status = Literal["unopened", "open", "ready", "awaiting_signature", "signed_off"]
PortfolioEvent = (
    PortfolioOpened
    | PortfolioHandedOver
    | PortfolioFrozen
    | PortfolioStalled
    | PortfolioRevived
    | StepUnlocked
    | AttendanceNoted
    | AttendanceVoidNoted
    | CoverageNoted
    | CoverageReopened
    | RepresentativeNoted
    | RepresentativeDropped
    | RepresentationLost
    | RepresentationRestored
    | SlotFilled
    | SlotBacked
    | SlotReopened
    | RequirementExcepted
    | PortfolioReadyForSignOff
    | ManagerAttested
    | FacilitatorSigned
    | PortfolioSignedOff
    | AccreditationEarned
    | RenewalOpened
    | SlotRenewed
    | RenewalAttested
    | RenewalSigned
    | RenewalEarned
)


class Portfolio(State):
    """One enrolment's portfolio: which slots are settled, who has signed, what it has earned.

    `approved` maps a requirement to the item that fills its slot, `backing` to the further approved
    items with their revisions; `reopened` are
    the slots that lost their item after the sign-off. `attendances` and `voided` map attendances to workshops.
    """

    opened: bool = False
    frozen_on: date | None = None
    stalled: bool = False
    enrolment_id: str = ""
    home_id: str = ""
    home_name: str = ""
    cohort_id: str = ""
    version_id: str = ""
    pathway: str = ""
    lead_person_id: str = ""
    signatory_person_id: str = ""
    representatives: frozenset[str] = frozenset()
    steps: frozenset[str] = frozenset()
    approved: Mapping[str, str] = Field(default_factory=dict)
    backing: Mapping[str, Mapping[str, int]] = Field(default_factory=dict)
    reopened: frozenset[str] = frozenset()
    excepted: frozenset[str] = frozenset()
    ready: bool = False
    manager_person_id: str | None = None
    wording_version: str | None = None
    agrees_to_public_register: bool = False
    facilitator_person_id: str | None = None
    signed_off_on: date | None = None
    covered: bool = False
    covered_codes: frozenset[str] = frozenset()
    attendances: Mapping[str, str] = Field(default_factory=dict)
    voided: Mapping[str, str] = Field(default_factory=dict)
    earned: bool = False
    renewal: Renewal | None = None

    @property
    def status(self) -> Status:
        """Where it stands, in one word."""
        if not self.opened:
            return "unopened"
        if self.signed_off_on is not None:
            return "signed_off"
        if self.manager_person_id or self.facilitator_person_id:
            return "awaiting_signature"
        return "ready" if self.ready else "open"

    @property
    def locked(self) -> bool:
        """Signed off: from now on nobody changes it, except for slots that were reopened."""
        return self.signed_off_on is not None

    @property
    def settled(self) -> frozenset[str]:
        """The requirements that are approved or excepted."""
        return self.excepted | self.approved.keys()

    @property
    def shaken_codes(self) -> frozenset[str]:
        """Workshops that the coverage rests on and that nobody covers any more, since an attendance was voided."""
        lost = frozenset(self.voided.values()) - frozenset(self.attendances.values())
        return lost & self.covered_codes

    @property
    def coverage_stands(self) -> bool:
        """Covered, and no voided attendance has taken that away since."""
        return self.covered and not self.shaken_codes

    def rests_on(self, evidence_id: str, key: str) -> bool:
        """Whether the item fills this slot, or stands behind the one that does."""
        return evidence_id == self.approved.get(key) or evidence_id in self.backing.get(key, {})

    def is_own_home_of(self, actor: Actor) -> bool:
        """True when this person represents the home, or acts for it by their token."""
        return actor.id in self.representatives or self.home_id in actor.units

    def must_take(self, keys: Collection[str]) -> None:
        """Return when these slots take something new. Raises PortfolioNotOpen, PortfolioLocked and HomeHasLeft."""
        if not self.opened:
            raise PortfolioNotOpen
        if self.frozen_on is not None:
            raise HomeHasLeft(frozen_on=self.frozen_on.isoformat())
        if self.locked and not self.taking.issuperset(keys):
            raise PortfolioLocked

    @property
    def taking(self) -> frozenset[str]:
        """The slots that take something new although the portfolio is signed off."""
        return self.reopened | (self.renewal.open_keys if self.renewal else frozenset())


class PortfolioNotOpen(Refusal, kind="missing"):
    """There is no such portfolio yet. It opens by itself once the home has its place in a cohort."""


class PortfolioLocked(Refusal):
    """The portfolio is signed off and locked. Only slots that were reopened or are renewed take something."""


class HomeHasLeft(Refusal):
    """The home left the programme, and its portfolio stays as it was then. It can be read and exported."""


class ConflictOfInterest(Refusal, kind="forbidden"):
    """Nobody reviews or signs for their own home, nor reviews what they wrote. Ask another facilitator."""


def evolve(portfolio: Portfolio, event: PortfolioEvent) -> Portfolio:
    """The portfolio after this event."""
    match event:
        case PortfolioOpened():
            told = event.model_dump(include=Portfolio.model_fields.keys() & PortfolioOpened.model_fields.keys())
            everybody = portfolio.representatives | set(event.representative_person_ids)
            lead = portfolio.lead_person_id or event.lead_person_id  # a hand-over may be known already
            return replace(portfolio, **{**told, "opened": True, "representatives": everybody, "lead_person_id": lead})
        case PortfolioHandedOver():
            return replace(portfolio, lead_person_id=event.lead_person_id, **_whose(event))
        case PortfolioFrozen():
            return replace(portfolio, frozen_on=event.frozen_on, **_whose(event))
        case PortfolioStalled() | PortfolioRevived():
            return replace(portfolio, stalled=isinstance(event, PortfolioStalled))
        case StepUnlocked():
            return replace(portfolio, steps=portfolio.steps | {event.step}, **_whose(event))
        case AttendanceNoted():
            attendances = {**portfolio.attendances, event.attendance_id: event.code}
            return replace(portfolio, attendances=attendances, **_whose(event))
        case AttendanceVoidNoted():
            left = {known: code for known, code in portfolio.attendances.items() if known != event.attendance_id}
            return replace(portfolio, attendances=left, voided={**portfolio.voided, event.attendance_id: event.code})
        case CoverageNoted():
            return replace(portfolio, covered=True, covered_codes=frozenset(event.covered_codes), **_whose(event))
        case RepresentativeNoted():
            everybody = portfolio.representatives | {event.person_id}
            return replace(portfolio, home_id=event.home_id, representatives=everybody)
        case RepresentativeDropped():
            return replace(portfolio, representatives=portfolio.representatives - {event.person_id})
        case SlotFilled():
            return _filled(portfolio, event)
        case SlotBacked():
            item = {event.evidence_id: event.revision} if event.backs else {}
            return _backed(portfolio, event, item)
        case SlotReopened():
            return _reopened(portfolio, event)
        case RequirementExcepted():
            settled = {event.requirement_key}
            return replace(portfolio, excepted=portfolio.excepted | settled, reopened=portfolio.reopened - settled)
        case PortfolioReadyForSignOff():
            return replace(portfolio, ready=True)
        case ManagerAttested():
            return replace(
                portfolio,
                manager_person_id=event.manager_person_id,
                wording_version=event.wording_version,
                agrees_to_public_register=event.agrees_to_public_register,
            )
        case FacilitatorSigned():
            return replace(portfolio, facilitator_person_id=event.facilitator_person_id)
        case PortfolioSignedOff():
            return replace(portfolio, signed_off_on=event.signed_off_on)
        case AccreditationEarned():
            return replace(portfolio, earned=True)
        case RenewalOpened() | SlotRenewed() | RenewalAttested() | RenewalSigned() | RenewalEarned():
            return replace(portfolio, renewal=renewed(portfolio.renewal, event))
        case CoverageReopened() | RepresentationLost() | RepresentationRestored():
            return portfolio
        case _:
            assert_never(event)


def _whose(
    event: PortfolioHandedOver | PortfolioFrozen | StepUnlocked | AttendanceNoted | CoverageNoted,
) -> dict[str, str]:
    return {"enrolment_id": event.enrolment_id, "home_id": event.home_id}


def _filled(portfolio: Portfolio, event: SlotFilled) -> Portfolio:
    approved = {**portfolio.approved, event.requirement_key: event.evidence_id}
    reopened = portfolio.reopened - {event.requirement_key}
    return replace(_backed(portfolio, event, {}), approved=approved, reopened=reopened)


def _backed(portfolio: Portfolio, event: SlotFilled | SlotBacked, item: Mapping[str, int]) -> Portfolio:
    """The portfolio with this further item of the slot instead of what was known of it."""
    key = event.requirement_key
    others = {
        known: revision for known, revision in portfolio.backing.get(key, {}).items() if known != event.evidence_id
    }
    rest = {known: items for known, items in portfolio.backing.items() if known != key}
    now = {**others, **item}
    reopened = portfolio.reopened - {key} if item else portfolio.reopened
    return replace(portfolio, backing={**rest, key: now} if now else rest, reopened=reopened)


def _reopened(portfolio: Portfolio, event: SlotReopened) -> Portfolio:
    key = event.requirement_key
    approved = {known: item for known, item in portfolio.approved.items() if (known, item) != (key, event.evidence_id)}
    if portfolio.locked:
        renewal = renewed(portfolio.renewal, event)
        return replace(portfolio, approved=approved, reopened=portfolio.reopened | {key}, renewal=renewal)
    if event.essential_left == 0:
        return replace(portfolio, approved=approved)
    return replace(
        portfolio,
        approved=approved,
        ready=False,
        manager_person_id=None,
        wording_version=None,
        facilitator_person_id=None,
    )
