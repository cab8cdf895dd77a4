"""How portfolio reacts: whenever …, then …. Each comes to the same end in whatever order the streams arrive."""

from services.portfolio.domain.accreditation import GrantAccreditation
from services.portfolio.domain.activity import Activity
from services.portfolio.domain.coverage import NoteCoverage, NoteVoid, UnlockStep
from services.portfolio.domain.doubt import NoteRepresentation, PutUnderReview
from services.portfolio.domain.gap import CloseGap
from services.portfolio.domain.homes import NoteHome
from services.portfolio.domain.identity import accreditation_of, gap_of, portfolio_of
from services.portfolio.domain.portfolio import (
    EndRepresentative,
    FreezePortfolio,
    HandPortfolioOver,
    NoteActivity,
    NoteRepresentative,
    OpenPortfolio,
)
from services.portfolio.domain.reaccreditation import RenewAccreditation
from services.portfolio.domain.renewal import OpenRenewal
from services.portfolio.domain.requirements import AdoptRequirements
from services.portfolio.domain.slots import FillSlot, ReopenSlots
from shared.chassis.declarations.envelope import Envelope
from shared.events.enrolment import (
    AttendanceVoided,
    CoverageCompleted,
    EnrolmentWithdrawn,
    HomeEnrolled,
    HomeHandedOver,
    HomeRegistered,
    ProgrammeVersionPublished,
    RepresentativeConfirmed,
    RepresentativeEnded,
    WorkshopAttended,
)
from shared.events.portfolio import (
    AccreditationEarned,
    CoverageReopened,
    EvidenceApprovalWithdrawn,
    EvidenceApproved,
    GapClosing,
    ReaccreditationStarted,
    RenewalEarned,
    RepresentationLost,
    RepresentationRestored,
    RequirementExcepted,
    SlotFilled,
    SlotReopened,
)


def when_programme_version_published_adopt_requirements(event: ProgrammeVersionPublished) -> AdoptRequirements:
    """What the version asks for is needed as soon as the first item is drafted."""
    return AdoptRequirements(
        requirements_id=event.version_id,
        title=event.title,
        pathway=event.pathway,
        requirements=event.requirements,
        frameworks=event.frameworks,
        rules=event.rules,
        attestation=event.attestation,
    )


def when_home_enrolled_open_portfolio(event: HomeEnrolled) -> OpenPortfolio:
    """Every enrolment has one portfolio."""
    return OpenPortfolio(
        portfolio_id=portfolio_of(event.enrolment_id),
        enrolment_id=event.enrolment_id,
        home_id=event.home_id,
        home_name=event.home_name,
        cohort_id=event.cohort_id,
        version_id=event.version_id,
        pathway=event.pathway,
        lead_person_id=event.lead_person_id,
        signatory_person_id=event.signatory_person_id,
        representative_person_ids=event.representative_person_ids,
        stalled_after_days=event.rules.stalled_days,
    )


def when_home_handed_over_hand_portfolio_over(event: HomeHandedOver) -> HandPortfolioOver:
    """The reviews of a home go to who looks after it now."""
    return HandPortfolioOver(
        portfolio_id=portfolio_of(event.enrolment_id),
        enrolment_id=event.enrolment_id,
        home_id=event.home_id,
        lead_person_id=event.person_id,
    )


def when_enrolment_withdrawn_freeze_portfolio(event: EnrolmentWithdrawn) -> FreezePortfolio:
    """What a home did stays its own: nothing is added any more, and it can be exported."""
    return FreezePortfolio(
        portfolio_id=portfolio_of(event.enrolment_id),
        enrolment_id=event.enrolment_id,
        home_id=event.home_id,
        frozen_on=event.withdrawn_on,
    )


def when_workshop_attended_unlock_step(event: WorkshopAttended) -> UnlockStep:
    """The slots of a step open when the first person of the home was at its workshop, or caught up on it."""
    return UnlockStep(
        portfolio_id=portfolio_of(event.enrolment_id),
        enrolment_id=event.enrolment_id,
        home_id=event.home_id,
        step=event.code,
        attendance_id=event.attendance_id,
        covers=event.covers,
    )


def when_attendance_voided_note_void(event: AttendanceVoided, envelope: Envelope) -> NoteVoid | None:
    """What an accreditation rests on may be lost with it; an absence that is voided takes nothing away."""
    if not event.covers:
        return None
    return NoteVoid(
        portfolio_id=portfolio_of(event.enrolment_id),
        attendance_id=event.attendance_id,
        code=event.code,
        cause_event_id=envelope.id,
    )


def when_representative_confirmed_note_representative(event: RepresentativeConfirmed) -> NoteRepresentative:
    """Who represents a home neither reviews nor signs for it."""
    return NoteRepresentative(
        portfolio_id=portfolio_of(event.enrolment_id), home_id=event.home_id, person_id=event.person_id
    )


def when_representative_ended_end_representative(event: RepresentativeEnded) -> EndRepresentative:
    """Who no longer represents a home may review for it again, except what they wrote."""
    return EndRepresentative(
        portfolio_id=portfolio_of(event.enrolment_id), home_id=event.home_id, person_id=event.person_id
    )


def when_evidence_approved_fill_slot(event: EvidenceApproved) -> FillSlot:
    """An approved item fills the slot of its requirement."""
    return FillSlot(
        portfolio_id=event.portfolio_id,
        enrolment_id=event.enrolment_id,
        home_id=event.home_id,
        requirement_key=event.requirement_key,
        also_for=event.also_for,
        evidence_id=event.evidence_id,
        revision=event.revision,
    )


def when_approval_withdrawn_reopen_slots(event: EvidenceApprovalWithdrawn, envelope: Envelope) -> ReopenSlots:
    """What rested on the approval is open again; what was earned by it is looked at again."""
    return ReopenSlots(portfolio_id=event.portfolio_id, evidence_id=event.evidence_id, cause_event_id=envelope.id)


def when_something_happens_note_activity(event: Activity) -> NoteActivity:
    """A portfolio that had stalled is alive again."""
    return NoteActivity(portfolio_id=event.portfolio_id)


def when_coverage_completed_note_coverage(event: CoverageCompleted) -> NoteCoverage:
    """An accreditation needs the coverage beside the sign-off, in either order."""
    return NoteCoverage(
        portfolio_id=portfolio_of(event.enrolment_id),
        enrolment_id=event.enrolment_id,
        home_id=event.home_id,
        covered_codes=event.covered_codes,
    )


def when_requirement_settled_close_gap(event: SlotFilled | RequirementExcepted) -> CloseGap:
    """Evidence closes a gap, or an exception; nothing else does."""
    how: GapClosing = "evidence" if isinstance(event, SlotFilled) else "exception"
    return CloseGap(gap_id=gap_of(event.portfolio_id, event.requirement_key), how=how)


def when_accreditation_earned_grant_accreditation(event: AccreditationEarned) -> GrantAccreditation:
    """What is earned is granted, once for each enrolment."""
    return GrantAccreditation(
        accreditation_id=accreditation_of(event.home_id, event.pathway),
        enrolment_id=event.enrolment_id,
        home_id=event.home_id,
        home_name=event.home_name,
        pathway=event.pathway,
        version_id=event.version_id,
        earned_on=event.earned_on,
        agrees_to_public_register=event.agrees_to_public_register,
        signatory_person_id=event.signatory_person_id,
        represented=event.represented,
    )


def when_basis_falls_away_put_accreditation_under_review(
    event: CoverageReopened | SlotReopened,
) -> PutUnderReview | None:
    """What an accreditation rests on fell away: somebody looks, nothing is revoked by itself."""
    if not event.under_award:
        return None
    return PutUnderReview(
        accreditation_id=accreditation_of(event.home_id, event.pathway),
        reason="attendance-voided" if isinstance(event, CoverageReopened) else "approval-withdrawn",
        cause_event_id=event.cause_event_id,
    )


def when_representation_changes_note_it_in_accreditation(
    event: RepresentationLost | RepresentationRestored,
) -> NoteRepresentation:
    """A home's accreditation is at risk while nobody represents it; what its people earned is untouched."""
    return NoteRepresentation(
        accreditation_id=accreditation_of(event.home_id, event.pathway),
        represented=isinstance(event, RepresentationRestored),
    )


def when_reaccreditation_started_open_renewal(event: ReaccreditationStarted) -> OpenRenewal:
    """The home's portfolio asks for what is renewable."""
    return OpenRenewal(portfolio_id=portfolio_of(event.enrolment_id), cycle=event.cycle)


def when_renewal_earned_renew_accreditation(event: RenewalEarned) -> RenewAccreditation:
    """What was earned again goes on."""
    return RenewAccreditation(
        accreditation_id=accreditation_of(event.home_id, event.pathway),
        cycle=event.cycle,
        earned_on=event.earned_on,
        agrees_to_public_register=event.agrees_to_public_register,
    )


def when_home_registered_note_home(event: HomeRegistered) -> NoteHome:
    """The public register says in which place a home is: its local authority, else the outward part of its postcode."""
    outward = event.postcode.split()[0] if event.postcode and event.postcode.split() else None
    return NoteHome(home_id=event.home_id, place=event.local_authority or outward)
