"""No published event has a field that smells of a person; what only looks like one is listed here, with its reason."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from deploy.contracts import schemas
from deploy.contracts.language import Language

PERSONAL = frozenset(
    {
        *("name", "names", "surname", "forename", "initials", "email", "mail", "phone", "mobile", "telephone"),
        *("address", "street", "postcode", "birth", "birthday", "born", "dob", "age", "gender", "ethnicity", "nhs"),
    }
)
WORDS = frozenset({"text", "note", "notes", "comment", "remark", "narrative", "guidance", "description", "reason"})
"""Free text may name somebody: it belongs in a redactable document."""

HARMLESS = {
    "home_name": "of a home, from the regulator's public directory",
    "provider_name": "of an organisation, from the same directory",
    "HomeRegistered.name": "of a home, from the same directory",
    "HomeRegistered.postcode": "of a home, from the same directory",
    "CohortPlanned.name": "of a cohort",
    "RepresentativeEnded.reason": "a word of a list that the command holds",
    "EnrolmentWithdrawn.reason": "a word of a list that the command holds",
    "ApplicationRejected.reason": "a word of a list that the command holds",
    "EnrolmentPaused.reason": "a word of a list that the command holds",
    "DeadlineExtended.reason": "a word of a list that the command holds",
    "RepresentativeReplaced.reason": "a word of a list that the command holds",
    "EnrolmentAtRisk.reason": "a word of a list that the programme version holds",
    "EnrolmentRiskCleared.reason": "a word of a list that the programme version holds",
    "ProgrammeVersionPublished.risk_words": "of the programme, the same for everybody",
    "HomeEnrolled.risk_words": "of the programme, the same for everybody",
    "Wording.text": "of the programme, the same for everybody",
    "TemplateText.text": "of a template, the same for everybody",
    "NoticeSet.fields": "what a template shows: dates, titles, names of homes",
    "MessageWanted.fields": "likewise",
    "MessageRequested.fields": "likewise",
}


def test_no_published_event_smells_of_personal_data(language: Language) -> None:
    found = {place for one in language.published for place in _smells(one.event.__name__, schemas.written(one))}
    assert not found, (
        f"{found}: refer to the person by id, or to the text by a document; if it is harmless, say why here"
    )


def test_every_exception_is_still_needed(language: Language) -> None:
    places = {
        place
        for one in language.published
        for owner, field, told in _fields(one.event.__name__, schemas.written(one))
        if _suspicious(field, told)
        for place in (field, f"{owner}.{field}")
    }
    assert not HARMLESS.keys() - places


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("first_name", {"type": "string"}),
        ("email", {"anyOf": [{"type": "string"}, {"type": "null"}]}),
        ("home_phone", {"type": "string"}),
        ("date_of_birth", {"type": "string", "format": "date"}),
        ("reason", {"type": "string"}),
        ("details", {"type": "object", "additionalProperties": {"type": "string"}}),
    ],
)
def test_a_planted_field_is_caught(field: str, told: Mapping[str, Any]) -> None:
    schema = {"type": "object", "properties": {field: told}}
    assert list(_smells("PairSold", schema)) == [f"PairSold.{field}"]


def test_a_word_of_a_list_is_no_free_text() -> None:
    schema = {"type": "object", "properties": {"reason": {"type": "string", "enum": ["too-late"]}}}
    assert not list(_smells("PairSold", schema))


def _smells(event: str, schema: Mapping[str, Any]) -> Iterator[str]:
    for owner, field, told in _fields(event, schema):
        if _suspicious(field, told) and field not in HARMLESS and f"{owner}.{field}" not in HARMLESS:
            yield f"{owner}.{field}"


def _fields(event: str, schema: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    owners = {event: schema, **schema.get("$defs", {})}
    for owner, told in owners.items():
        yield from ((owner, field, part) for field, part in told.get("properties", {}).items())


def _suspicious(field: str, told: Mapping[str, Any]) -> bool:
    words = set(field.split("_"))
    kinds = [told, *told.get("anyOf", ())]
    free = any(kind.get("type") == "string" and not kind.keys() & {"enum", "const"} for kind in kinds)
    anything = any("additionalProperties" in kind and "properties" not in kind for kind in kinds)
    return bool(words & PERSONAL) or (free and bool(words & WORDS)) or anything
