"""Who may ask and look in this service, in the roles of the published language."""

from shared.chassis.declarations.access import OWN, may
from shared.events.roles import COORDINATOR, FACILITATOR, MEMBER

ONESELF = OWN
"""The person whose membership or booking it is. Nobody needs a role to leave, or to take an agreement back."""

ONESELF_AND_COORDINATORS = ONESELF | may(COORDINATOR)
"""The person, and those who run the programme for the region."""

MEETING = frozenset({MEMBER, FACILITATOR, COORDINATOR})
"""The roles of those who meet in the network."""

NETWORK = may(*MEETING)
"""Everybody who meets members in the region; what they see is what each member agreed to."""

STAFF = may(COORDINATOR, FACILITATOR)
"""Those who run the programme and hold gatherings, within their region."""
