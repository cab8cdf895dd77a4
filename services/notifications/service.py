"""The manifest of notifications: who is told, by which message, and what became of it."""

from collections.abc import Mapping
from typing import Any

from services.notifications import deadlines, errands, facts, queries, views
from services.notifications.domain import audience, digest, message, programme, recipient, template
from services.notifications.gateways.smtp import SmtpMailer, SmtpSettings
from services.notifications.gateways.webhook import WebhookMailer, WebhookSettings
from services.notifications.policies import enrolment, gatherings, network, own, portfolio, recipients, seats
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
PROGRAMMES = Aggregate(
    name="programme",
    path="programmes",
    decide=programme.decide,
    evolve=programme.evolve,
    read_by=views.TEAM,
)
DIGESTS = Aggregate(
    name="digest",
    path="digests",
    decide=digest.decide,
    evolve=digest.evolve,
    read_by=views.TEAM,
    facts=facts.digest,
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
    identity=recipient.identity,
)


def gateways(settings: Mapping[str, str]) -> Mapping[str, Any]:
    """The provider of e-mail. Raises ValueError when a setting is missing or wrong."""
    match settings.get("SIXSTEPS_MESSAGES_BY", "smtp"):
        case "smtp":
            return {errands.MAILER: SmtpMailer(SmtpSettings.read(settings))}
        case "webhook":
            return {errands.MAILER: WebhookMailer(WebhookSettings.read(settings))}
        case _:
            raise ValueError("SIXSTEPS_MESSAGES_BY must be smtp or webhook.")


SERVICE = Service(
    name="notifications",
    aggregates=(TEMPLATES, PROGRAMMES, AUDIENCES, DIGESTS, MESSAGES, RECIPIENTS),
    policies=(
        seats.when_home_enrolled_seat_its_people,
        seats.when_home_enrolled_describe_its_audience,
        seats.when_home_enrolled_seat_representatives_in_cohort,
        seats.when_representative_confirmed_seat_them,
        seats.when_representative_confirmed_seat_them_in_cohort,
        seats.when_representative_ended_unseat_them,
        seats.when_representative_ended_unseat_them_in_cohort,
        seats.when_enrolment_withdrawn_unseat_its_people,
        seats.when_enrolment_withdrawn_unseat_them,
        seats.when_facilitator_assigned_seat_them,
        seats.when_facilitator_replaced_unseat_them,
        seats.when_cohort_handed_over_seat_its_lead,
        seats.when_cohort_handed_over_unseat_lead_before,
        seats.when_home_handed_over_seat_facilitator,
        seats.when_home_handed_over_unseat_facilitator_before,
        recipients.when_application_submitted_note_applicant,
        recipients.when_commitment_recorded_note_signatory,
        recipients.when_representative_confirmed_note_them,
        enrolment.when_programme_version_published_learn_its_titles,
        enrolment.when_home_enrolled_welcome_its_people,
        enrolment.when_workshop_scheduled_invite_cohort,
        enrolment.when_workshop_scheduled_remember_to_remind,
        enrolment.when_workshop_moved_tell_cohort,
        enrolment.when_workshop_moved_move_reminder,
        enrolment.when_workshop_went_online_tell_cohort,
        enrolment.when_workshop_went_online_renew_reminder,
        enrolment.when_workshop_cancelled_tell_cohort,
        enrolment.when_workshop_cancelled_drop_reminder,
        enrolment.when_catch_up_offered_tell_representative,
        enrolment.when_enrolment_at_risk_tell_facilitator,
        enrolment.when_application_submitted_tell_applicant,
        enrolment.when_champion_awarded_congratulate,
        portfolio.when_evidence_submitted_tell_facilitator,
        portfolio.when_evidence_returned_tell_author,
        portfolio.when_evidence_returned_close_review,
        portfolio.when_evidence_approved_tell_author,
        portfolio.when_portfolio_ready_tell_signers,
        portfolio.when_accreditation_granted_congratulate,
        portfolio.when_review_overdue_tell_facilitator,
        portfolio.when_approval_withdrawn_tell_author,
        portfolio.when_gap_raised_tell_owner,
        portfolio.when_gap_overdue_tell_owner,
        portfolio.when_portfolio_stalled_tell_facilitator,
        portfolio.when_portfolio_revived_drop_it,
        portfolio.when_reaccreditation_due_tell_home,
        portfolio.when_accreditation_renewed_drop_reminder,
        portfolio.when_renewal_opened_tell_home,
        network.when_member_invited_invite,
        network.when_member_joined_welcome,
        network.when_consent_given_send_receipt,
        network.when_consent_withdrawn_send_receipt,
        gatherings.when_gathering_booked_seat_guest,
        gatherings.when_gathering_booking_cancelled_unseat_guest,
        gatherings.when_gathering_booked_confirm_it,
        gatherings.when_gathering_place_given_tell_guest,
        gatherings.when_gathering_booking_cancelled_confirm_it,
        gatherings.when_gathering_published_remember_to_remind,
        gatherings.when_gathering_moved_tell_guests,
        gatherings.when_gathering_moved_move_reminder,
        gatherings.when_gathering_cancelled_tell_guests,
        gatherings.when_gathering_cancelled_drop_reminder,
        own.when_message_wanted_request_it,
        own.when_digest_wanted_plan_it,
        own.when_digest_told_send_it,
        own.when_message_failed_note_it,
        own.when_recipient_unreachable_tell_facilitator,
    ),
    views=(views.MESSAGES, views.FAILED_ADDRESSES, views.RECIPIENTS, views.TEMPLATES),
    deadlines=(deadlines.REMIND, deadlines.DIGEST, deadlines.TRY_AGAIN),
    errands=(errands.SEND,),
    queries=(queries.WHY, queries.PREVIEW, queries.PACKAGED),
    cards=CardBook(owner="enrolment", path="people", card=ContactCard),
    unit_claim="homes",
    refusals_read_by=may(COORDINATOR),
    gateways=gateways,
)
