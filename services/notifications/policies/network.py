"""What is said when something happens in the champions' network."""

from services.notifications.domain.message import RequestMessage
from services.notifications.templates.notices import request
from shared.chassis.declarations.envelope import Envelope
from shared.events.network import (
    MemberInvited,
    MemberJoined,
    SharingConsentGiven,
    SharingConsentWithdrawn,
)


def when_member_invited_invite(event: MemberInvited, envelope: Envelope) -> RequestMessage:
    """Invite the person to the champions' network."""
    return request("network-invitation", event, envelope)


def when_member_joined_welcome(event: MemberJoined, envelope: Envelope) -> RequestMessage:
    """Welcome the new member."""
    return request("network-joined", event, envelope)


def when_consent_given_send_receipt(event: SharingConsentGiven, envelope: Envelope) -> RequestMessage:
    """Confirm what the person agreed to share."""
    return request("consent-given", event, envelope)


def when_consent_withdrawn_send_receipt(event: SharingConsentWithdrawn, envelope: Envelope) -> RequestMessage:
    """Confirm what is no longer shared."""
    return request("consent-withdrawn", event, envelope)
