"""The manifest of notifications: who is told, by which message, and what became of it."""

from collections.abc import Mapping
from typing import Any

from services.notifications import deadlines, errands, facts, policies, queries, views
from services.notifications.domain import audience, message, recipient, template
from services.notifications.gateways.smtp import SmtpMailer, SmtpSettings
from shared.chassis.declarations.access import may
from shared.chassis.declarations.aggregate import Aggregate
from shared.chassis.declarations.cards import CardBook
from shared.chassis.declarations.service import Service
from shared.events.people import ContactCard
from shared.events.roles import COORDINATOR

TEMPLATES = Aggregate(
    name="template",
    path="templates",
    decide=template.decide,
    evolve=template.evolve,
    read_by=views.TEAM,
    facts=facts.template,
    identity=template.identity,
)
AUDIENCES = Aggregate(
    name="audience",
    path="audiences",
    decide=audience.decide,
    evolve=audience.evolve,
    read_by=views.TEAM,
)
MESSAGES = Aggregate(
    name="message",
    path="messages",
    decide=message.decide,
    evolve=message.evolve,
    read_by=views.TEAM | views.OWN,
    facts=facts.message,
    person="recipient_person_id",
)
RECIPIENTS = Aggregate(
    name="recipient",
    path="recipients",
    decide=recipient.decide,
    evolve=recipient.evolve,
    read_by=views.TEAM | views.OWN,
    person="person_id",
)


def gateways(settings: Mapping[str, str]) -> Mapping[str, Any]:
    """The provider of e-mail. Raises ValueError when a setting is missing."""
    return {errands.MAILER: SmtpMailer(SmtpSettings.read(settings))}


SERVICE = Service(
    name="notifications",
    aggregates=(TEMPLATES, AUDIENCES, MESSAGES, RECIPIENTS),
    policies=(
        policies.when_home_enrolled_seat_its_people,
        policies.when_home_enrolled_seat_representatives_in_cohort,
        policies.when_representative_confirmed_seat_them,
        policies.when_representative_confirmed_seat_them_in_cohort,
        policies.when_representative_ended_unseat_them,
        policies.when_representative_ended_unseat_them_in_cohort,
        policies.when_enrolment_withdrawn_unseat_its_people,
        policies.when_facilitator_assigned_seat_them,
        policies.when_facilitator_replaced_unseat_them,
        policies.when_home_enrolled_welcome_its_people,
        policies.when_workshop_scheduled_invite_cohort,
        policies.when_workshop_scheduled_remember_to_remind,
        policies.when_evidence_submitted_tell_facilitator,
        policies.when_portfolio_ready_tell_signers,
        policies.when_accreditation_granted_congratulate,
        policies.when_application_submitted_tell_applicant,
        policies.when_evidence_returned_tell_author,
        policies.when_evidence_approved_tell_author,
        policies.when_champion_awarded_congratulate,
        policies.when_member_invited_invite,
        policies.when_member_joined_welcome,
        policies.when_consent_given_send_receipt,
        policies.when_consent_withdrawn_send_receipt,
        policies.when_message_wanted_request_it,
        policies.when_message_failed_note_it,
    ),
    views=(views.MESSAGES, views.FAILED_ADDRESSES, views.TEMPLATES),
    deadlines=(deadlines.REMIND, deadlines.TRY_AGAIN),
    errands=(errands.SEND,),
    queries=(queries.WHY, queries.PREVIEW, queries.PACKAGED),
    cards=CardBook(owner="enrolment", path="people", card=ContactCard),
    unit_claim="homes",
    refusals_read_by=may(COORDINATOR),
    gateways=gateways,
)
