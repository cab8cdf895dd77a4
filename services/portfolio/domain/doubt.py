"""What shakes an accreditation: something it rests on falls away, or the home has nobody left who represents it.

Nothing is revoked by itself: a person looks, and says why it stands or falls.
"""

from collections.abc import Sequence
from typing import ClassVar, Literal

from services.portfolio.domain.accreditation_state import Accreditation, AccreditationFacts
from services.portfolio.domain.askers import HOME_MANAGER, SUPPORTERS
from services.portfolio.domain.award import unmet
from services.portfolio.domain.portfolio_state import ConflictOfInterest
from shared.chassis.declarations.access import ONLY_WITHIN, Access
from shared.chassis.declarations.command import Command, Key, Text
from shared.chassis.declarations.refusal import Refusal
from shared.events.days import local_day
from shared.events.portfolio import (
    AccreditationAtRisk,
    AccreditationPutUnderReview,
    AccreditationRevoked,
    AccreditationRiskCleared,
    AccreditationUpheld,
    RegisterListingChosen,
    ReviewCause,
)


class PutUnderReview(Command):
    """Let somebody look at an accreditation again, because something it rests on fell away."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    accreditation_id: Key
    reason: ReviewCause
    cause_event_id: Key


class ConcludeReview(Command):
    """End a review: the accreditation stands, or is taken back; say why."""

    asked_by: ClassVar[Access] = SUPPORTERS
    verb: ClassVar[str | None] = "conclude-review"

    accreditation_id: Key
    outcome: Literal["upheld", "revoked"]
    reason: Text


class NoteRepresentation(Command):
    """Remember whether an accredited home has anybody who represents it."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    accreditation_id: Key
    represented: bool


class ChooseRegisterListing(Command):
    """Say whether the public register may show the home; it may be said anew at any time."""

    asked_by: ClassVar[Access] = HOME_MANAGER
    verb: ClassVar[str | None] = "choose-listing"

    accreditation_id: Key
    agrees: bool


class NotUnderReview(Refusal):
    """This accreditation is not under review, so there is no review to conclude."""


class AwardNotSupported(Refusal):
    """What the award takes is not all there, so it cannot be upheld yet. Settle what is named as unmet first."""


class NotAccredited(Refusal):
    """This home holds no accreditation that the register could show."""


def put_under_review(
    accreditation: Accreditation, command: PutUnderReview, facts: AccreditationFacts
) -> Sequence[AccreditationPutUnderReview]:
    """Say so once for each cause. Raises nothing."""
    known = command.cause_event_id in accreditation.review_cause_event_ids
    if known or accreditation.status in ("none", "revoked"):
        return []
    review = AccreditationPutUnderReview(
        **command.model_dump(),
        home_id=accreditation.home_id,
        home_name=accreditation.home_name,
        enrolment_id=accreditation.enrolment_id,
        since=local_day(facts.now),
    )
    return [review]


def conclude(
    accreditation: Accreditation, command: ConcludeReview, facts: AccreditationFacts
) -> Sequence[AccreditationUpheld | AccreditationRevoked]:
    """End the review. Raises NotUnderReview, ConflictOfInterest, AwardNotSupported and RequirementsNotHereYet."""
    if accreditation.under_review_since is None:
        raise NotUnderReview
    if facts.portfolio is not None and facts.portfolio.is_own_home_of(facts.actor):
        raise ConflictOfInterest
    if command.outcome == "revoked":
        return [_revoked(accreditation, command, facts)]
    open_conditions = unmet(facts.portfolio, facts.asked()) if facts.portfolio else ()
    if open_conditions:
        raise AwardNotSupported(unmet=open_conditions)
    upheld = AccreditationUpheld(
        accreditation_id=command.accreditation_id,
        home_id=accreditation.home_id,
        reason=facts.documents["reason"],
        concluded_by=facts.actor.id,
        concluded_on=local_day(facts.now),
    )
    return [upheld]


def _revoked(accreditation: Accreditation, command: ConcludeReview, facts: AccreditationFacts) -> AccreditationRevoked:
    return AccreditationRevoked(
        accreditation_id=command.accreditation_id,
        home_id=accreditation.home_id,
        home_name=accreditation.home_name,
        reason=facts.documents["reason"],
        concluded_by=facts.actor.id,
        revoked_on=local_day(facts.now),
    )


def note_representation(
    accreditation: Accreditation, command: NoteRepresentation, facts: AccreditationFacts
) -> Sequence[AccreditationAtRisk | AccreditationRiskCleared]:
    """Say when the home is left without representatives, and when it has one again. Raises nothing."""
    told = {"accreditation_id": command.accreditation_id, "home_id": accreditation.home_id}
    at_risk = accreditation.at_risk_since is not None
    if accreditation.status == "none" or at_risk is not command.represented:
        return []
    if command.represented:
        return [AccreditationRiskCleared(**told, cleared_on=local_day(facts.now))]
    whose = {"home_name": accreditation.home_name, "enrolment_id": accreditation.enrolment_id}
    return [AccreditationAtRisk(**told, **whose, since=local_day(facts.now))]


def choose_listing(accreditation: Accreditation, command: ChooseRegisterListing) -> Sequence[RegisterListingChosen]:
    """Say it when it is something new. Raises NotAccredited."""
    if accreditation.status == "none":
        raise NotAccredited
    if accreditation.agrees_to_public_register == command.agrees:
        return []
    return [RegisterListingChosen(**command.model_dump(), home_id=accreditation.home_id)]
