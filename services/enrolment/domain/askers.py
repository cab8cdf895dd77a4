"""Who may ask and look in this service, in the roles of the published language."""

from shared.chassis.declarations.access import may
from shared.events.roles import COORDINATOR, FACILITATOR, MANAGER, REPRESENTATIVE

COORDINATORS = may(COORDINATOR)
"""They run the programme for a region."""

STAFF = may(COORDINATOR, FACILITATOR)
"""They plan workshops, take registers and confirm representatives, within their region."""

HOME_MANAGER = may(MANAGER, within="unit")
"""Manager, owner or matron of the home: applies, commits, puts people forward."""

HOME = may(MANAGER, REPRESENTATIVE, within="unit")
"""The people of the home."""

PARTICIPANTS = may(COORDINATOR, FACILITATOR, MANAGER, REPRESENTATIVE)
"""Everybody in the region who takes part or runs it; for what concerns no single home."""
