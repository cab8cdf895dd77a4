"""An accreditation: granted, renewed, lapsed, under review, at risk."""

from datetime import date
from typing import Literal

from shared.chassis.declarations.event import Event
from shared.chassis.declarations.facts import DocumentRef

ReviewCause = Literal["attendance-voided", "approval-withdrawn"]


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
