"""Who may ask or look: roles, and how far each role reaches. Denied unless declared."""

from dataclasses import dataclass
from typing import Final, Literal

Reach = Literal["region", "unit", "self"]

ANYBODY: Final = "anybody signed in"
"""A role that everybody with a token for the region has, whatever else the token says."""


@dataclass(frozen=True)
class Grant:
    """One role and how far it reaches: the whole region, the units named in the token, or only the person's own."""

    role: str
    within: Reach = "region"


@dataclass(frozen=True)
class Access:
    """Who may use one command, view or aggregate. `|` joins two of them.

    `public` needs no token; `signed_in` needs any token for the region. Without grants nobody outside may: only
    policies, deadlines and reservations ask such a command.
    """

    grants: frozenset[Grant] = frozenset()
    signed_in: bool = False
    public: bool = False

    def __or__(self, other: "Access") -> "Access":
        return Access(self.grants | other.grants, self.signed_in or other.signed_in, self.public or other.public)

    @property
    def internal(self) -> bool:
        """True when nobody outside the service may ask."""
        return not (self.grants or self.signed_in or self.public)


def may(*roles: str, within: Reach = "region") -> Access:
    """Let these roles in, as far as `within` reaches."""
    return Access(frozenset(Grant(role, within) for role in roles))


ONLY_WITHIN = Access()
"""Asked only by the service's own policies, deadlines and reservations."""

SIGNED_IN = Access(signed_in=True)
"""Anybody with a valid token for the region."""

OWN = may(ANYBODY, within="self")
"""The person to whom it belongs, with whatever roles or none."""

EVERYBODY = Access(public=True)
"""Anybody at all, without a token."""
