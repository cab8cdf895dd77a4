"""What is said when something happens in enrolment."""

from services.notifications.domain.audience import SetNotice
from services.notifications.domain.message import RequestMessage
from services.notifications.domain.programme import LearnTitles
from services.notifications.templates.notices import announce, request
from shared.chassis.declarations.envelope import Envelope
from shared.events.enrolment import (
    ApplicationSubmitted,
    ChampionAwarded,
    HomeEnrolled,
    ProgrammeVersionPublished,
    WorkshopScheduled,
)


def when_programme_version_published_learn_its_titles(event: ProgrammeVersionPublished) -> LearnTitles:
    """Speak of requirements by their titles, not by their keys."""
    titles = {requirement.key: requirement.title for requirement in event.requirements}
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


def when_application_submitted_tell_applicant(event: ApplicationSubmitted, envelope: Envelope) -> RequestMessage:
    """Tell the applicant that the application has arrived."""
    return request("application-received", event, envelope)


def when_champion_awarded_congratulate(event: ChampionAwarded, envelope: Envelope) -> RequestMessage:
    """Congratulate the person."""
    return request("champion-award", event, envelope)
