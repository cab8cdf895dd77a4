"""What an e-mail provider is asked, and what it may answer. `smtp.py` asks a real one, `memory.py` remembers only."""

from dataclasses import dataclass, field
from datetime import datetime
from email.errors import ObsoleteHeaderDefect
from email.headerregistry import Address
from email.policy import default
from email.utils import formataddr
from enum import Enum
from typing import Literal, Protocol


@dataclass(frozen=True)
class Appointment:
    """What a calendar is told: an entry (or that it goes) which keeps its `uid`; a higher `sequence` replaces it."""

    method: Literal["REQUEST", "CANCEL"]
    uid: str
    sequence: int
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str


@dataclass(frozen=True)
class Sender:
    """Who an e-mail comes from: an address, and the name that people see."""

    address: str
    name: str = ""

    @classmethod
    def read(cls, told: str) -> "Sender":
        """Read `address` or `Name <address>`. Raises ValueError for what is neither."""
        header = default.header_factory("From", told)
        wrong = [defect for defect in header.defects if not isinstance(defect, ObsoleteHeaderDefect)]
        if wrong or len(header.addresses) != 1:
            raise ValueError("neither an address nor a name and an address")
        (found,) = header.addresses
        return cls(found.addr_spec, found.display_name)

    @property
    def in_full(self) -> Address:
        """The same for who composes headers themselves."""
        return Address(self.name, addr_spec=self.address)

    @property
    def header(self) -> str:
        """What stands in `From`; a name beyond ASCII is encoded."""
        return formataddr((self.name, self.address))


@dataclass(frozen=True)
class Mail:
    """One e-mail to one address. Address and text stay out of logs: they are left out of the representation."""

    message_id: str
    at: datetime
    to: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str = field(repr=False)
    appointment: Appointment | None = None


class Handover(Enum):
    """What became of an e-mail at the provider."""

    ACCEPTED = "The provider took it."
    ADDRESS_REFUSED = "The provider says for good that it cannot reach this address."
    REFUSED = "The provider says for good that it does not take this e-mail."
    AWAY = "The provider could not be reached; nothing was handed over."
    BUSY = "The provider asks to try later; nothing was handed over."
    UNKNOWN = "The connection broke while the e-mail was handed over; the provider may have it."


class Mailer(Protocol):
    """An e-mail provider. Raises nothing that a provider or a network may do; cancelling leaves the outcome unknown."""

    async def send(self, mail: Mail) -> Handover:
        """Hand the e-mail over, once."""
        ...
