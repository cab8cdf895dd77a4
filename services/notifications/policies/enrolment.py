"""What is said when something happens in enrolment."""

from services.notifications.domain.audience import LiftNotice, SetNotice
from services.notifications.domain.message import RequestMessage
from services.notifications.domain.programme import LearnTitles
from services.notifications.templates.notices import announce, lift, request
from shared.chassis.declarations.envelope import Envelope
from shared.events.enrolment import (
    ApplicationSubmitted,
    CatchUpOffered,
    ChampionAwarded,
    EnrolmentAtRisk,
    HomeEnrolled,
    ProgrammeVersionPublished,
    WorkshopCancelled,
    WorkshopMoved,
    WorkshopScheduled,
    WorkshopWentOnline,
)


def when_programme_version_published_learn_its_titles(event: ProgrammeVersionPublished) -> LearnTitles:
    """Speak of requirements and workshops by their titles, not by their keys."""
    titles = {requirement.key: requirement.title for requirement in event.requirements}
    titles |= {workshop.code: workshop.title for workshop in event.workshops}
    return LearnTitles(programme_id=event.version_id, titles=titles)


def when_home_enrolled_welcome_its_people(event: HomeEnrolled, envelope: Envelope) -> SetNotice:
    """Welcome signatory and representatives."""
    return announce("welcome", event, envelope)


def when_workshop_scheduled_invite_cohort(event: WorkshopScheduled, envelope: Envelope) -> SetNotice:
    """Invite the people of the cohort."""
    return announce("workshop-invitation", event, envelope)


def when_workshop_scheduled_remember_to_remind(event: WorkshopScheduled, envelope: Envelope) -> SetNotice:
    """Remind those who are in the cohort shortly before the workshop."""
    return announce("workshop-reminder", event, envelope)


def when_workshop_moved_tell_cohort(event: WorkshopMoved, envelope: Envelope) -> SetNotice:
    """Tell the people of the cohort the new date; the calendar entry moves with it."""
    return announce("workshop-moved", event, envelope)


def when_workshop_moved_move_reminder(event: WorkshopMoved, envelope: Envelope) -> SetNotice:
    """Remind of the new date, and of the earlier one no more."""
    return announce("workshop-moved-reminder", event, envelope)


def when_workshop_went_online_tell_cohort(event: WorkshopWentOnline, envelope: Envelope) -> SetNotice:
    """Tell the people of the cohort that they need not travel."""
    return announce("workshop-online", event, envelope)


def when_workshop_went_online_renew_reminder(event: WorkshopWentOnline, envelope: Envelope) -> SetNotice:
    """Remind of the link instead of the place."""
    return announce("workshop-online-reminder", event, envelope)


def when_workshop_cancelled_tell_cohort(event: WorkshopCancelled, envelope: Envelope) -> SetNotice:
    """Tell the people of the cohort; the calendar entry goes."""
    return announce("workshop-cancelled", event, envelope)


def when_workshop_cancelled_drop_reminder(event: WorkshopCancelled) -> LiftNotice:
    """Remind nobody of it."""
    return lift("workshop-reminder", event)


def when_catch_up_offered_tell_representative(event: CatchUpOffered, envelope: Envelope) -> RequestMessage:
    """Tell who missed a workshop how they may catch up."""
    return request("catch-up-offered", event, envelope)


def when_enrolment_at_risk_tell_facilitator(event: EnrolmentAtRisk, envelope: Envelope) -> SetNotice:
    """Tell the facilitator which home to look after, and why."""
    return announce("enrolment-at-risk", event, envelope)


def when_application_submitted_tell_applicant(event: ApplicationSubmitted, envelope: Envelope) -> RequestMessage:
    """Tell the applicant that the application has arrived."""
    return request("application-received", event, envelope)


def when_champion_awarded_congratulate(event: ChampionAwarded, envelope: Envelope) -> RequestMessage:
    """Congratulate the person."""
    return request("champion-award", event, envelope)
