"""Puts references into words when a message is written: titles of a programme version, homes and persons by name.

What a programme version calls its parts, and whose enrolment it is, this service has heard; a reference of which it
has not heard yet is told by its key. A person's name is on their contact card and nowhere else.
"""

from collections.abc import Mapping

from services.notifications.domain.audience import Audience, audience_id
from services.notifications.domain.programme import Programme
from services.notifications.templates.notices import NoticeRule
from shared.chassis.declarations.errand import Tools
from shared.chassis.declarations.facts import Look


async def named(rule: NoticeRule, fields: Mapping[str, str], tools: Tools) -> Mapping[str, str]:
    """The fields with every reference in words, one on a line."""
    told = dict(fields)
    for name, field in rule.fields.items():
        if field.named is not None and told.get(name):
            lines = [await _words(reference, tools, field.named) for reference in told[name].split(", ")]
            told[name] = "\n".join(lines)
    return told


async def _words(reference: str, tools: Tools, how: str) -> str:
    if how == "by-name":
        card = await tools.card(reference)
        return str(card["name"]) if card else reference
    enrolment_id, _, key = (f"{reference}/" if how == "by-home" else reference).rpartition("/")
    audience = await tools.look(Audience, audience_id("enrolment", enrolment_id))
    if how == "by-home":
        return audience.home_name if audience else reference
    title = await _title(audience.version_id, key, tools.look) if audience else None
    home_name = audience.home_name if audience else ""
    told = title or key.replace("-", " ")
    return f"{home_name}: {told}" if home_name and how == "by-home-and-title" else told


async def _title(version_id: str, key: str, look: Look) -> str | None:
    programme = await look(Programme, version_id) if version_id else None
    return programme.titles.get(key) if programme else None
