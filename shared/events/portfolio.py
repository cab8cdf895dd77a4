"""What portfolio publishes: what was done, who looked at it, and what it earned."""

from datetime import date, datetime
from typing import ClassVar, Literal

from shared.chassis.declarations.event import Event
from shared.chassis.declarations.facts import DocumentRef
from shared.events.values import CompletionRules, Framework, Requirement, Wording

ReturnReason = Literal["missing-date", "not-from-practice", "identifies-person", "unclear", "incomplete"]
ReviewStage = Literal["reminder", "escalation"]
GapClosing = Literal["evidence", "exception"]
ReviewCause = Literal["attendance-voided", "approval-withdrawn"]


class RequirementsAdopted(Event):
    """Portfolio knows what a programme version asks for. Caused always by AdoptRequirements."""

    private: ClassVar[bool] = True

    version_id: str
    title: str
    pathway: str
    requirements: tuple[Requirement, ...]
    frameworks: tuple[Framework, ...]
    rules: CompletionRules
    attestation: Wording


class PortfolioOpened(Event):
    """The portfolio of an enrolment was opened. Caused always by OpenPortfolio."""

    portfolio_id: str
    enrolment_id: str
    home_id: str
    home_name: str
    cohort_id: str
    version_id: str
    pathway: str
    lead_person_id: str
    signatory_person_id: str
    representative_person_ids: tuple[str, ...]
    stalled_after_days: int = 30


class PortfolioHandedOver(Event):
    """Another facilitator looks after the portfolio now; what the one before decided stays theirs on record.

    It may come before PortfolioOpened. Caused sometimes by HandPortfolioOver.
    """

    portfolio_id: str
    enrolment_id: str
    home_id: str
    lead_person_id: str


class PortfolioFrozen(Event):
    """The home left the programme: its portfolio stays as it was, to be read and exported.

    It may come before PortfolioOpened. Caused sometimes by FreezePortfolio.
    """

    portfolio_id: str
    enrolment_id: str
    home_id: str
    frozen_on: date


class PortfolioStalled(Event):
    """Nothing happened in a portfolio for `after_days`. Caused sometimes by NoteStandstill."""

    portfolio_id: str
    enrolment_id: str
    home_id: str
    cohort_id: str
    lead_person_id: str
    quiet_since: datetime
    after_days: int


class PortfolioRevived(Event):
    """Something happens again in a portfolio that had stalled. Caused sometimes by NoteActivity."""

    portfolio_id: str
    enrolment_id: str
    home_id: str


class AttendanceNoted(Event):
    """The portfolio knows by which attendance a workshop is covered. Caused sometimes by UnlockStep."""

    private: ClassVar[bool] = True

    portfolio_id: str
    enrolment_id: str
    home_id: str
    attendance_id: str
    code: str


class AttendanceVoidNoted(Event):
    """The portfolio knows that an attendance no longer counts. Caused sometimes by NoteVoid."""

    private: ClassVar[bool] = True

    portfolio_id: str
    attendance_id: str
    code: str


class CoverageReopened(Event):
    """A workshop that the coverage rests on is covered no longer, because an attendance was voided.

    `cause_event_id` is the voiding; `under_award` says whether the accreditation had been earned. Caused sometimes by
    NoteVoid.
    """

    portfolio_id: str
    enrolment_id: str
    home_id: str
    pathway: str
    code: str
    attendance_id: str
    cause_event_id: str
    under_award: bool


class RepresentationLost(Event):
    """The last representative of a home ended. Caused sometimes by EndRepresentative."""

    portfolio_id: str
    enrolment_id: str
    home_id: str
    pathway: str


class RepresentationRestored(Event):
    """A home that had no representative has one again. Caused sometimes by NoteRepresentative."""

    portfolio_id: str
    enrolment_id: str
    home_id: str
    pathway: str


class StepUnlocked(Event):
    """The slots of a step may now be filled: somebody of the home was at its workshop. Caused sometimes by UnlockStep.

    It may come before PortfolioOpened.
    """

    portfolio_id: str
    enrolment_id: str
    home_id: str
    step: str


class RepresentativeNoted(Event):
    """The portfolio knows that a person represents the home. Caused sometimes by NoteRepresentative."""

    private: ClassVar[bool] = True

    portfolio_id: str
    home_id: str
    person_id: str


class RepresentativeDropped(Event):
    """The portfolio knows that a person no longer represents the home. Caused sometimes by EndRepresentative."""

    private: ClassVar[bool] = True

    portfolio_id: str
    home_id: str
    person_id: str


class EvidenceDrafted(Event):
    """Somebody began to write up evidence for a requirement. Caused always by DraftEvidence.

    `also_for`: further requirements that the one item serves; `tags`: framework codes beyond those of its requirements.
    """

    evidence_id: str
    portfolio_id: str
    enrolment_id: str
    home_id: str
    requirement_key: str
    step: str
    author_person_id: str
    narrative: DocumentRef | None = None
    also_for: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class EvidenceRevised(Event):
    """A draft, or an item that came back, got another narrative. Caused always by ReviseEvidence."""

    evidence_id: str
    portfolio_id: str
    narrative: DocumentRef
    revised_by: str


class EvidenceFileAttached(Event):
    """A file was put to an item. `size` in bytes. Caused always by AttachFile."""

    evidence_id: str
    portfolio_id: str
    file_id: str
    sha256: str
    size: int
    media_type: str
    attached_by: str


class EvidenceSubmitted(Event):
    """An item was handed in for review; its revision is now locked. Caused always by SubmitEvidence.

    `tags` are those of all its requirements and its own. The reviewer is reminded at `remind_at`, the review is
    escalated at `escalate_at`.
    """

    evidence_id: str
    portfolio_id: str
    enrolment_id: str
    home_id: str
    requirement_key: str
    step: str
    revision: int
    tags: tuple[str, ...]
    submitted_by: str
    file_count: int
    also_for: tuple[str, ...] = ()
    home_name: str = ""
    cohort_id: str = ""
    lead_person_id: str = ""
    remind_at: datetime | None = None
    escalate_at: datetime | None = None


class EvidenceReviewClaimed(Event):
    """A facilitator took a review on themselves. Caused sometimes by ClaimEvidenceReview."""

    evidence_id: str
    portfolio_id: str
    revision: int
    facilitator_person_id: str


class EvidenceReviewReleased(Event):
    """A claimed review is free for others again. Caused sometimes by ReleaseEvidenceReview."""

    evidence_id: str
    portfolio_id: str
    revision: int
    facilitator_person_id: str
    released_by: str


class EvidenceReviewOverdue(Event):
    """A submission has waited too long for its review; comes once for each stage.

    `facilitator_person_id` is who claimed the review, else the lead of the cohort. Caused sometimes by
    NoteReviewOverdue.
    """

    evidence_id: str
    portfolio_id: str
    enrolment_id: str
    home_id: str
    home_name: str
    cohort_id: str
    requirement_key: str
    revision: int
    stage: ReviewStage
    waiting_since: datetime
    facilitator_person_id: str


class EvidenceReturned(Event):
    """A facilitator gave an item back and said what is missing. Caused always by ReturnEvidence.

    It is wanted again by `due_on`. `returns` counts how often this item came back; when that is often,
    `support_suggested` says that somebody should call the home.
    """

    evidence_id: str
    portfolio_id: str
    enrolment_id: str
    home_id: str
    requirement_key: str
    revision: int
    reasons: tuple[ReturnReason, ...]
    guidance: DocumentRef | None
    facilitator_person_id: str
    author_person_id: str
    also_for: tuple[str, ...] = ()
    due_on: date | None = None
    returns: int = 1
    support_suggested: bool = False


class EvidenceApproved(Event):
    """A facilitator approved this revision of an item. Caused always by ApproveEvidence."""

    evidence_id: str
    portfolio_id: str
    enrolment_id: str
    home_id: str
    requirement_key: str
    step: str
    revision: int
    facilitator_person_id: str
    author_person_id: str
    also_for: tuple[str, ...] = ()


class EvidenceApprovalWithdrawn(Event):
    """An approval was taken back, for a reason; the item can be revised again.

    `facilitator_person_id` is who had approved it. Caused always by WithdrawEvidenceApproval.
    """

    evidence_id: str
    portfolio_id: str
    enrolment_id: str
    home_id: str
    requirement_key: str
    also_for: tuple[str, ...]
    revision: int
    reason: DocumentRef
    withdrawn_by: str
    facilitator_person_id: str
    author_person_id: str


class SlotFilled(Event):
    """A requirement of the portfolio has an approved item. Caused sometimes by FillSlot and ReopenSlots.

    `essential_left`: essential requirements that still lack an approved item or an exception.
    """

    portfolio_id: str
    enrolment_id: str
    requirement_key: str
    evidence_id: str
    revision: int
    essential_left: int | None = None


class SlotBacked(Event):
    """The portfolio knows of a further approved item for a filled slot, or no longer counts on it (`backs`).

    Caused sometimes by FillSlot and ReopenSlots.
    """

    private: ClassVar[bool] = True

    portfolio_id: str
    requirement_key: str
    evidence_id: str
    revision: int
    backs: bool = True


class SlotReopened(Event):
    """A slot lost its approved item and is open again, also in a portfolio that is signed off.

    Signatures given so far lapse unless the portfolio is signed off. `cause_event_id` is the withdrawal of the
    approval; `under_award` says whether the accreditation had been earned. Caused sometimes by ReopenSlots.
    """

    portfolio_id: str
    enrolment_id: str
    home_id: str
    pathway: str
    requirement_key: str
    evidence_id: str
    cause_event_id: str
    under_award: bool
    essential_left: int | None = None


class RequirementExcepted(Event):
    """A requirement does not apply to this home, for a reason. Caused always by ExceptRequirement.

    `essential_left`: essential requirements that still lack an approved item or an exception.
    """

    portfolio_id: str
    enrolment_id: str
    requirement_key: str
    reason: DocumentRef
    excepted_by: str
    essential_left: int | None = None


class PortfolioReadyForSignOff(Event):
    """Every essential requirement is approved or excepted; comes again when a slot was reopened meanwhile.

    Caused sometimes by FillSlot, ReopenSlots (another item took the place) and ExceptRequirement, and by
    AttestPortfolio and SignOffPortfolio for a version in which nothing is essential.
    """

    portfolio_id: str
    enrolment_id: str
    home_id: str
    home_name: str
    lead_person_id: str
    signatory_person_id: str


class ManagerAttested(Event):
    """The manager declared it is put into practice and will be sustained. Caused always by AttestPortfolio."""

    portfolio_id: str
    enrolment_id: str
    home_id: str
    manager_person_id: str
    wording_version: str
    attested_on: date
    agrees_to_public_register: bool


class FacilitatorSigned(Event):
    """The facilitator put their signature to the portfolio. Caused always by SignOffPortfolio."""

    portfolio_id: str
    enrolment_id: str
    home_id: str
    facilitator_person_id: str
    signed_on: date


class PortfolioSignedOff(Event):
    """Facilitator and manager have both signed. Caused sometimes by AttestPortfolio and by SignOffPortfolio."""

    portfolio_id: str
    enrolment_id: str
    home_id: str
    facilitator_person_id: str
    manager_person_id: str
    signed_off_on: date
    excepted: tuple[str, ...] = ()


class CoverageNoted(Event):
    """The portfolio knows that the home covered every mandatory workshop. Caused always by NoteCoverage.

    It may come before PortfolioOpened.
    """

    private: ClassVar[bool] = True

    portfolio_id: str
    enrolment_id: str
    home_id: str
    covered_codes: tuple[str, ...] = ()


class AccreditationEarned(Event):
    """Every condition of the award is met: slots, both signatures, coverage; comes once.

    `represented` says whether somebody represents the home. Caused sometimes by AttestPortfolio, SignOffPortfolio,
    NoteCoverage, FillSlot, ReopenSlots, ExceptRequirement and UnlockStep.
    """

    portfolio_id: str
    enrolment_id: str
    home_id: str
    home_name: str
    pathway: str
    version_id: str
    earned_on: date
    agrees_to_public_register: bool
    signatory_person_id: str
    represented: bool = True


class RenewalOpened(Event):
    """A renewal began in a portfolio: fresh evidence is asked for these requirements; earlier work stays as it is.

    Caused sometimes by OpenRenewal.
    """

    portfolio_id: str
    enrolment_id: str
    home_id: str
    cycle: int
    requirement_keys: tuple[str, ...]


class SlotRenewed(Event):
    """A requirement got fresh approved evidence in a renewal; `left` still wait. Caused sometimes by FillSlot."""

    portfolio_id: str
    enrolment_id: str
    cycle: int
    requirement_key: str
    evidence_id: str
    revision: int
    left: int


class RenewalAttested(Event):
    """The manager promised again that it will be sustained. Caused always by AttestRenewal."""

    portfolio_id: str
    enrolment_id: str
    home_id: str
    cycle: int
    manager_person_id: str
    wording_version: str
    attested_on: date
    agrees_to_public_register: bool


class RenewalSigned(Event):
    """A facilitator put their signature to a renewal. Caused always by SignOffRenewal."""

    portfolio_id: str
    enrolment_id: str
    home_id: str
    cycle: int
    facilitator_person_id: str
    signed_on: date


class RenewalEarned(Event):
    """Fresh evidence and both signatures are there. Caused sometimes by AttestRenewal and SignOffRenewal."""

    portfolio_id: str
    enrolment_id: str
    home_id: str
    pathway: str
    cycle: int
    earned_on: date
    agrees_to_public_register: bool


class HomeNoted(Event):
    """Portfolio knows in which place a home is. Caused sometimes by NoteHome."""

    private: ClassVar[bool] = True

    home_id: str
    place: str | None


class AccreditationGranted(Event):
    """The home became an accredited provider from one day to another, both included.

    It lapses on `lapses_on` unless it is renewed: the day after the grace. Caused always by GrantAccreditation.
    """

    accreditation_id: str
    home_id: str
    home_name: str
    enrolment_id: str
    pathway: str
    version_id: str
    certificate_number: str
    valid_from: date
    valid_to: date
    lapses_on: date
    agrees_to_public_register: bool
    signatory_person_id: str
    place: str | None = None
    represented: bool = True
    reminders_on: tuple[date, ...] = ()
    renewable_from: date | None = None
    renewable_until: date | None = None


class ReaccreditationDue(Event):
    """An accreditation should be renewed; comes once for each reminder. `due`: the last one, its status is due now.

    Caused sometimes by RemindOfRenewal.
    """

    accreditation_id: str
    home_id: str
    home_name: str
    enrolment_id: str
    signatory_person_id: str
    on: date
    valid_to: date
    due: bool
    reminders_left: tuple[date, ...]


class ReaccreditationStarted(Event):
    """A home began to renew its accreditation, or to come back after a lapse. Caused sometimes by StartRenewal."""

    accreditation_id: str
    home_id: str
    enrolment_id: str
    cycle: int
    started_on: date
    started_by: str


class AccreditationRenewed(Event):
    """An accreditation goes on from one day to another, both included, under a new certificate number.

    Caused sometimes by RenewAccreditation.
    """

    accreditation_id: str
    home_id: str
    home_name: str
    enrolment_id: str
    pathway: str
    version_id: str
    cycle: int
    renewed_on: date
    certificate_number: str
    valid_from: date
    valid_to: date
    lapses_on: date
    agrees_to_public_register: bool
    signatory_person_id: str
    reminders_on: tuple[date, ...]
    renewable_from: date | None
    renewable_until: date | None


class AccreditationLapsed(Event):
    """An accreditation ran out and its grace is over. Caused always by LapseAccreditation."""

    accreditation_id: str
    home_id: str
    lapsed_on: date


class AccreditationPutUnderReview(Event):
    """Something that an accreditation rests on fell away; somebody must look. Nothing is revoked by itself.

    `cause_event_id` is the event that took it away. Caused sometimes by PutUnderReview.
    """

    accreditation_id: str
    home_id: str
    home_name: str
    enrolment_id: str
    reason: ReviewCause
    cause_event_id: str
    since: date


class AccreditationUpheld(Event):
    """A review ended: the accreditation stands. Caused sometimes by ConcludeReview."""

    accreditation_id: str
    home_id: str
    reason: DocumentRef
    concluded_by: str
    concluded_on: date


class AccreditationRevoked(Event):
    """A review ended: the accreditation was taken back. Caused sometimes by ConcludeReview."""

    accreditation_id: str
    home_id: str
    home_name: str
    reason: DocumentRef
    concluded_by: str
    revoked_on: date


class AccreditationAtRisk(Event):
    """An accredited home has no representative any more; what its people earned stays theirs.

    Caused sometimes by NoteRepresentation.
    """

    accreditation_id: str
    home_id: str
    home_name: str
    enrolment_id: str
    since: date


class AccreditationRiskCleared(Event):
    """An accredited home has a representative again. Caused sometimes by NoteRepresentation."""

    accreditation_id: str
    home_id: str
    cleared_on: date


class RegisterListingChosen(Event):
    """A home said whether the public register may show it. Caused sometimes by ChooseRegisterListing."""

    accreditation_id: str
    home_id: str
    agrees: bool


class GapRaised(Event):
    """Something is missing for a requirement: what is done about it, by whom, until when. Caused sometimes by RaiseGap.

    It comes again when the owner or the day changes, or when a closed gap opens anew.
    """

    gap_id: str
    portfolio_id: str
    enrolment_id: str
    home_id: str
    requirement_key: str
    action: DocumentRef
    owner_person_id: str
    due_on: date
    raised_by: str


class GapOverdue(Event):
    """The day of a gap's action has passed; comes once for each time it was raised.

    Caused sometimes by NoteGapOverdue.
    """

    gap_id: str
    portfolio_id: str
    enrolment_id: str
    home_id: str
    requirement_key: str
    owner_person_id: str
    due_on: date


class GapClosed(Event):
    """A gap is closed: the requirement has approved evidence or an exception. Caused sometimes by CloseGap."""

    gap_id: str
    portfolio_id: str
    enrolment_id: str
    home_id: str
    requirement_key: str
    how: GapClosing
