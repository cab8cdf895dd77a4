"""Made-up people and homes, the same every time: no name, address or number here belongs to anybody.

Addresses end in example.org; telephone numbers are of the range 01632 96xxxx, which is kept free for stories.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from shared.events.values import Language, Regulator, Setting

FIRST_NAMES = (
    "Aled", "Bronwen", "Callum", "Dilys", "Emrys", "Ffion", "Gethin", "Harriet", "Idris", "Jasmin", "Kwame", "Lowri",
    "Mabli", "Nerys", "Olwen", "Priya", "Rhodri", "Seren", "Tegan", "Uzma", "Verity", "Winston", "Ximena", "Yusuf",
)  # fmt: skip
LAST_NAMES = (
    "Ashcombe", "Birkhall", "Cwmbrook", "Dunmarsh", "Elderfell", "Farrowby", "Glanwydd", "Hartsmere", "Inglethorn",
    "Jesmondale", "Kelderwick", "Larkhollow", "Marchbank", "Netherly", "Oakenshaw", "Penrallt", "Quillfeather",
    "Rosedean", "Silverley", "Thistledown", "Underbarrow", "Vellacott", "Wrenfield", "Yarnbury",
)  # fmt: skip
HOUSES = (
    "Bryn", "Cedar", "Dove", "Elm", "Fern", "Gorse", "Hazel", "Ivy", "Juniper", "Kestrel", "Linden", "Meadow",
    "Nightingale", "Orchard", "Poplar", "Quarry", "Rowan", "Sycamore", "Tarn", "Valley", "Willow", "Yew",
)  # fmt: skip
KINDS = ("House", "Court", "Lodge", "View", "Grange", "Gardens")
AREAS = ("Wirral", "Eastmoor", "Northdale", "Fellside")
JOBS = {"manager": "Registered manager", "representative": "Senior carer", "facilitator": "Programme facilitator"}
PHONES = 10_000
WELSH = 3


@dataclass(frozen=True)
class Person:
    """A made-up person's contact card; the id comes when they are put on record."""

    name: str
    email: str
    phone: str
    job_title: str
    language: Language = "en"
    person_id: str = ""

    @property
    def card(self) -> Mapping[str, Any]:
        """What goes on record."""
        told = {"name": self.name, "email": self.email, "phone": self.phone, "job_title": self.job_title}
        return {**told, "language": self.language}


@dataclass(frozen=True)
class Home:
    """A home as the regulator's directory, or we ourselves, tell of it."""

    name: str
    registration_number: str
    setting: Setting
    postcode: str | None = None
    provider_name: str | None = None
    area: str | None = None
    regulator: Regulator = "cqc"

    @property
    def language(self) -> Language:
        """What its people read: Welsh where the regulator is Care Inspectorate Wales."""
        return "cy" if self.regulator == "ciw" else "en"

    @property
    def record(self) -> Mapping[str, Any]:
        """What goes on record."""
        return {
            "name": self.name,
            "setting": self.setting,
            "regulator": self.regulator,
            "registration_number": self.registration_number,
            "postcode": self.postcode,
            "provider_name": self.provider_name,
            "local_authority": self.area,
        }


def person(number: int, role: str, language: Language = "en") -> Person:
    """The made-up person with this number."""
    first = FIRST_NAMES[number % len(FIRST_NAMES)]
    last = LAST_NAMES[number // len(FIRST_NAMES) % len(LAST_NAMES)]
    email = f"{first}.{last}.{number}@example.org".lower()
    return Person(f"{first} {last}", email, f"01632 96{number % PHONES:04}", JOBS[role], language)


def made_up_homes(count: int) -> list[Home]:
    """So many homes; the fourth is in Wales."""
    return [_welsh_home(number) if number == WELSH else _home(number) for number in range(count)]


def _welsh_home(number: int) -> Home:
    return replace(_home(number), registration_number="W03-900001", area="Conwy", regulator="ciw")


def _home(number: int) -> Home:
    house, kind = HOUSES[number % len(HOUSES)], KINDS[number // len(HOUSES) % len(KINDS)]
    again = number // (len(HOUSES) * len(KINDS))
    name = f"{house} {kind}" + (f" {again + 1}" if again else "")
    setting: Setting = "care-home-nursing" if number % 3 == 0 else "care-home-residential"
    return Home(name, f"1-9{number:09}", setting, "ZZ1 1ZZ", f"{house} Care Limited", AREAS[number % len(AREAS)])
