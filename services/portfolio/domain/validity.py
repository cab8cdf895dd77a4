"""How long an accreditation is valid, when it is reminded of and renewed, and what its number is."""

import calendar
import hashlib
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from shared.chassis.declarations.identity import derived_id
from shared.events.values import CompletionRules

# Crockford's alphabet: no letter is mistaken for a digit when the number is read out.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def last_day(first: date, months: int) -> date:
    """The last of so many months that begin on `first`, both days included: 14 September to 13 September."""
    years, month = divmod(first.month - 1 + months, 12)
    year, month = first.year + years, month + 1
    length = calendar.monthrange(year, month)[1]
    if first.day > length:
        return date(year, month, length)
    return date(year, month, first.day) - timedelta(days=1)


def period(first: date, rules: CompletionRules) -> Mapping[str, Any]:
    """From the first day on: until when, when it lapses, when it is reminded of, and when it may be renewed."""
    valid_to = last_day(first, rules.valid_months)
    before = sorted((valid_to - timedelta(days=days) for days in rules.renewal_reminder_days), key=date.toordinal)
    reminders = tuple(on for on in before if on > first)
    return {
        "valid_from": first,
        "valid_to": valid_to,
        "lapses_on": valid_to + timedelta(days=rules.grace_days + 1),
        "reminders_on": reminders,
        "renewable_from": reminders[0] if reminders else first,
        "renewable_until": last_day(valid_to + timedelta(days=1), rules.path_back_months),
    }


def certificate_number(region: str, home_id: str, pathway: str, first: date) -> str:
    """A number people can read out, always the same for this home, pathway and day: SSS-2026-7K3M-9QXT."""
    what = derived_id("certificate", region, home_id, pathway, first.isoformat())
    digest = hashlib.sha256(what.encode()).digest()
    letters = "".join(_ALPHABET[byte % 32] for byte in digest[:8])
    return f"SSS-{first.year}-{letters[:4]}-{letters[4:]}"
