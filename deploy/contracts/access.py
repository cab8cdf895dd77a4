"""Who may ask or look, in words."""

from shared.chassis.declarations.access import Access, Grant


def who(access: Access) -> str:
    """The roles with how far each reaches; empty when nobody outside may."""
    if access.public:
        return "everybody"
    if access.signed_in:
        return "anybody signed in"
    everywhere = {grant.role for grant in access.grants if grant.within == "region"}
    widest = [grant for grant in access.grants if grant.within == "region" or grant.role not in everywhere]
    return ", ".join(_grant(grant) for grant in sorted(widest, key=lambda grant: (grant.within, grant.role)))


def _grant(grant: Grant) -> str:
    reach = {"region": "", "unit": " (own home)", "self": " (own)"}
    return f"{grant.role}{reach[grant.within]}"
