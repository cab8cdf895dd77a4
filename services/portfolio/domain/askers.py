"""Who may ask and look in this service, in the roles of the published language."""

from shared.chassis.declarations.access import may
from shared.events.roles import COORDINATOR, FACILITATOR, MANAGER, REPRESENTATIVE

HOME = may(REPRESENTATIVE, MANAGER, within="unit")
"""The people of the home: they write evidence up."""

HOME_MANAGER = may(MANAGER, within="unit")
"""Manager, owner or matron of the home: attests."""

FACILITATORS = may(FACILITATOR)
"""They review, except and sign off, within their region."""

SUPPORTERS = may(COORDINATOR, FACILITATOR)
"""Those who support the homes of a region."""

READERS = SUPPORTERS | HOME
"""Everybody who looks at a home's portfolio: the home itself and those who support it."""
