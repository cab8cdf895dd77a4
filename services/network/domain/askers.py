"""Who may ask and look in this service, in the roles of the published language."""

from shared.chassis.declarations.access import may
from shared.events.roles import COORDINATOR, FACILITATOR, MANAGER, MEMBER, REPRESENTATIVE

ONESELF = may(MEMBER, REPRESENTATIVE, MANAGER, FACILITATOR, COORDINATOR, within="self")
"""The person whose membership it is, whatever else they are."""

ONESELF_AND_COORDINATORS = ONESELF | may(COORDINATOR)
"""The person, and those who run the programme for the region."""

NETWORK = may(MEMBER, FACILITATOR, COORDINATOR)
"""Everybody who meets members in the region; what they see is what each member agreed to."""

STAFF = may(COORDINATOR, FACILITATOR)
"""Those who run the programme and hold gatherings, within their region."""
