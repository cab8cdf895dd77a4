"""What portfolio publishes: what was done, who looked at it, and what it earned."""

from datetime import date
from typing import ClassVar, Literal

from shared.chassis.declarations.event import Event
from shared.chassis.declarations.facts import DocumentRef
from shared.events.values import CompletionRules, Framework, Requirement, Wording

ReturnReason = Literal["missing-date", "not-from-practice", "identifies-person", "unclear", "incomplete"]


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
    """Somebody began to write up evidence for a requirement. Caused always by DraftEvidence."""

    evidence_id: str
    portfolio_id: str
    enrolment_id: str
    home_id: str
    requirement_key: str
    step: str
    author_person_id: str
    narrative: DocumentRef | None = None


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
    """An item was handed in for review; its revision is now locked. Caused always by SubmitEvidence."""

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


class EvidenceReturned(Event):
    """A facilitator gave an item back and said what is missing. Caused always by ReturnEvidence."""

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


class SlotFilled(Event):
    """A requirement of the portfolio has an approved item. Caused sometimes by FillSlot.

    `essential_left`: essential requirements that still lack an approved item or an exception.
    """

    portfolio_id: str
    enrolment_id: str
    requirement_key: str
    evidence_id: str
    revision: int
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
    """Every essential requirement is approved or excepted; comes once.

    Caused sometimes by FillSlot and ExceptRequirement, and by AttestPortfolio and SignOffPortfolio for a version in
    which nothing is essential.
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


class AccreditationEarned(Event):
    """The portfolio is signed off and every mandatory workshop is covered; comes once.

    Caused sometimes by AttestPortfolio, SignOffPortfolio and NoteCoverage.
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


class AccreditationLapsed(Event):
    """An accreditation ran out and its grace is over. Caused always by LapseAccreditation."""

    accreditation_id: str
    home_id: str
    lapsed_on: date
