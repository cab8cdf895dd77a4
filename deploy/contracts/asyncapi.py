"""AsyncAPI 3.0 of one service: the topics it writes and reads, their messages, and who reads them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from deploy.contracts import schemas
from deploy.contracts.causes import happened
from deploy.contracts.language import Language, Published
from shared.chassis.cards.topic import card_topic
from shared.chassis.declarations.service import Service
from shared.chassis.wire import topic_of

VERSION: Final = "3.0.0"
KAFKA_BINDING: Final = "0.5.0"

ABOUT: Final = (
    "Events are facts in the past tense. Of each subject the first occurrences are numbered 1, 2, 3 … without a gap "
    "(ce_sequence); everything else is a repeat. Fields and words may be added under the same version: ignore what "
    "you do not know. People are named by opaque ids only. A deployment may put a prefix before the topics' names."
)
_TEXT: Final = {"type": "string"}
_TIME: Final = {"type": "string", "format": "date-time"}
HEADERS: Final[Mapping[str, Any]] = {
    "ce_specversion": {"type": "string", "const": "1.0"},
    "ce_id": {**_TEXT, "description": "The event's id; a repeat has the same."},
    "ce_source": {**_TEXT, "description": "/sixsteps/<deployment>/<service>"},
    "ce_type": {**_TEXT, "description": "sixsteps.<service>.<EventName>.v<n>"},
    "ce_subject": {**_TEXT, "description": "The stream: which thing the event belongs to."},
    "ce_time": {**_TIME, "description": "When it was decided, UTC."},
    "ce_dataschema": {**_TEXT, "description": "Where the service hands out the schema of the data."},
    "ce_sequence": {"type": "string", "pattern": "^[1-9][0-9]*$", "description": "1, 2, 3 … per subject."},
    "ce_partitionkey": {**_TEXT, "description": "The record's key: keeps a subject in one partition."},
    "ce_region": {**_TEXT, "description": "Whose event it is."},
    "ce_correlationid": {**_TEXT, "description": "One mark for all that follows from one request."},
    "ce_causationid": {**_TEXT, "description": "What caused it: a request or another event."},
    "ce_recordedtime": _TIME,
    "ce_dataclassification": {"type": "string", "const": "none", "description": "No personal data."},
    "ce_traceparent": {**_TEXT, "description": "W3C Trace Context, when the request carried one."},
    "content-type": {"type": "string", "const": "application/json"},
}
OPTIONAL: Final = frozenset({"ce_traceparent"})


Examples = Mapping[str, Mapping[str, Any]]
"""By file, the whole example."""


def document(language: Language, service: Service, examples: Examples) -> dict[str, Any]:
    """The whole document of a service."""
    written, heard = language.of(service.name), language.read_by(service.name)
    publishers = dict.fromkeys([service.name, *(one.service for one in heard)])
    told = {name: [one for one in {*written, *heard} if one.service == name] for name in publishers}
    messages = {
        one: _message(language, one, examples[one.file])
        for name in told
        for one in sorted(told[name], key=lambda one: one.title)
    }
    return {
        "asyncapi": VERSION,
        "info": {"title": f"Six Steps: {service.name}", "version": "1", "description": ABOUT},
        "defaultContentType": "application/json",
        "channels": {**{_channel_name(name): _channel(name, told[name]) for name in told}, **_cards(service)},
        "operations": _operations(service.name, written, heard),
        "components": {
            "messages": {_key(one): message for one, message in messages.items()},
            "messageTraits": {"cloudEvent": {"headers": _headers()}},
            "schemas": _hoisted(messages),
        },
    }


def _channel_name(service: str) -> str:
    return f"{service}-events"


def _key(published: Published) -> str:
    return f"{published.service}.{published.title}"


def _channel(service: str, messages: Sequence[Published]) -> dict[str, Any]:
    named = sorted(_key(one) for one in messages)
    return {
        "address": topic_of("", service),
        "description": f"What {service} says has happened. Kept for ever; a new reader begins at the beginning.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in named},
        "bindings": {"kafka": {"bindingVersion": KAFKA_BINDING}},
    }


def _cards(service: Service) -> dict[str, Any]:
    book = service.cards
    if book is None:
        return {}
    description = (
        "Contact cards, sealed: only the platform's own services hold the keys. The last one wins; "
        "a record without a value erases."
    )
    binding = {"topicConfiguration": {"cleanup.policy": ["compact"]}, "bindingVersion": KAFKA_BINDING}
    found = {"address": card_topic(book), "description": description, "messages": {}, "bindings": {"kafka": binding}}
    return {card_topic(book): found}


def _operations(service: str, written: Sequence[Published], heard: Sequence[Published]) -> dict[str, Any]:
    found = {"publish": _operation("send", service, written)}
    for publisher in dict.fromkeys(one.service for one in heard):
        mine = [one for one in heard if one.service == publisher]
        found[f"read-{publisher}"] = _operation("receive", publisher, mine)
    return found


def _operation(action: str, publisher: str, messages: Sequence[Published]) -> dict[str, Any]:
    channel = f"#/channels/{_channel_name(publisher)}"
    named = [{"$ref": f"{channel}/messages/{name}"} for name in sorted(_key(one) for one in messages)]
    return {"action": action, "channel": {"$ref": channel}, "messages": named}


def _message(language: Language, published: Published, example: Mapping[str, Any]) -> dict[str, Any]:
    made = schemas.written(published)
    payload = {name: part for name, part in made.items() if name not in ("$schema", "$id", "$defs")}
    readers = language.readers_of(published.event)
    return {
        "name": published.event.type_name(),
        "title": published.title,
        "summary": happened(published.event),
        "contentType": "application/json",
        "traits": [{"$ref": "#/components/messageTraits/cloudEvent"}],
        "payload": _pointed(payload),
        "examples": [{"name": published.title, "payload": example["data"]}],
        "x-schema": made["$id"],
        "x-read-by": [f"{reader.service} {reader.kind} {reader.name}" for reader in readers],
    }


def _headers() -> dict[str, Any]:
    required = [name for name in HEADERS if name not in OPTIONAL]
    return {"type": "object", "properties": dict(HEADERS), "required": required}


def _hoisted(messages: Mapping[Published, Any]) -> dict[str, Any]:
    """The values that several messages carry, said once; they are the same in all of them."""
    found: dict[str, Any] = {}
    for published in messages:
        found |= {name: _pointed(part) for name, part in schemas.written(published).get("$defs", {}).items()}
    return dict(sorted(found.items()))


def _pointed(schema: Any) -> Any:
    """References to values, as this document has them."""
    if isinstance(schema, list):
        return [_pointed(part) for part in schema]
    if isinstance(schema, Mapping):
        return {name: _pointed(part) for name, part in schema.items()}
    return schema.replace("#/$defs/", "#/components/schemas/") if isinstance(schema, str) else schema
