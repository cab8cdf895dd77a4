"""The wordings under which consent is given. Data: a version is never rewritten; a new text is a new version."""

from collections.abc import Mapping
from typing import Final

from shared.events.values import Wording

_TEXTS: Final[Mapping[str, str]] = {
    "sharing-consent-1": (
        "I agree that the champions' network shows this detail of mine to the people I have chosen: my groups, my "
        "region, or every region of the programme. It is shown so that we can stay in touch and learn from one "
        "another, and for nothing else. I may withdraw this at any time with one click; from then on it is no longer "
        "shown. Whether I share anything makes no difference to my membership, my award or my home's accreditation."
    ),
}

WORDINGS: Final[Mapping[str, Wording]] = {
    version: Wording(version=version, text=text) for version, text in _TEXTS.items()
}
"""Every version by its name."""
