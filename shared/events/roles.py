"""The roles a token may carry, in the programme's words."""

COORDINATOR = "coordinator"
"""Runs the programme for a region (the regional lead)."""

FACILITATOR = "facilitator"
"""Leads cohorts, takes registers, reviews evidence, signs portfolios off."""

MANAGER = "manager"
"""Manager, owner or matron of a home: commits, attests, promises to sustain."""

REPRESENTATIVE = "representative"
"""Nominated by a home: attends the workshops and builds the portfolio."""

MEMBER = "member"
"""Anybody who takes part in the champions' network, of whatever background."""

OPERATOR = "operator"
"""Keeps the platform running; sees no contact card."""
