"""The table of notices: which event is told to whom, by which template, with which fields.

`notices.yaml` is read once, when this module is imported; a row that does not fit its event class stops the start.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.notifications.domain.audience import LiftNotice, SetNotice, audience_id
from services.notifications.domain.message import RequestMessage, message_id
from services.notifications.domain.recipient import recipient_id
from shared.chassis.declarations.envelope import Envelope
from shared.chassis.declarations.event import Event
from shared.chassis.declarations.identity import derived_id
from shared.events.days import start_of
from shared.events.notifications import AudienceRole, Category, Collect
from shared.events.values import HOME_ZONE, Language

LANGUAGES: tuple[Language, ...] = get_args(Language)
"""What comes with the platform is said in all of these."""

CARD_FIELDS: Mapping[str, str] = {"name": "Alex Example", "language": "en"}
"""What every template may show of its recipient's contact card, with an example."""


class Part(BaseModel):
    """A part of a row. Unknown words are refused, so that a slip of the pen stops the start."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class FieldRule(Part):
    """Where a template's field comes from, and what it may look like.

    `within` names the event's field with the enrolment in whose programme the keys are to be read: the field is then
    told by reference, `<enrolment>/<key>`. `named` says how references (by-name: to a person) are put into words when
    the message is written.
    """

    source: str = Field(alias="from")
    zone: str | None = None
    within: str | None = None
    named: Literal["by-title", "by-home-and-title", "by-home", "by-name"] | None = None
    example: str


class AudienceRule(Part):
    """The audience of one thing that the event names."""

    kind: Literal["enrolment", "cohort", "gathering"]
    id: str


class Moment(Part):
    """A moment told by the event, or so many days after it."""

    field: str | None = None
    days: int = 0
    days_before: int = 0


class NoticeRule(Part):
    """One row of the table."""

    event: str
    because: dict[Language, str]
    template: str
    category: Category
    person: str | None = None
    audience: AudienceRule | None = None
    roles: tuple[AudienceRole, ...] = ()
    about: tuple[str, ...] = ()
    replaces: str | None = None
    revision: str | None = None
    only_now: bool = False
    calendar: Literal["request", "cancel"] | None = None
    collect: Collect | None = None
    until: Moment
    tell: Moment | None = None
    fields: dict[str, FieldRule]

    @property
    def event_class(self) -> type[Event]:
        """The class of the events that are told."""
        service, _, name = self.event.partition(".")
        found: type[Event] = getattr(import_module(f"shared.events.{service}"), name)
        return found

    @model_validator(mode="after")
    def _fits_its_event(self) -> "NoticeRule":
        named = {self.person, *self.about, self.until.field, *(field.source for field in self.fields.values())}
        named |= {name for field in self.fields.values() for name in (field.zone, field.within)}
        named |= {self.revision, self.audience.id if self.audience else None, self.tell.field if self.tell else None}
        if untold := set(LANGUAGES) - self.because.keys():
            raise ValueError(f"{self.event}: say why it is sent in {sorted(untold)} too")
        missing = named - {None} - self.event_class.model_fields.keys()
        if missing:
            raise ValueError(f"{self.event} has no field {sorted(map(str, missing))}")
        if (self.person is None) == (self.audience is None) and self.collect is None:
            raise ValueError(f"{self.event}: name either a person or an audience")
        return self


def _table() -> Mapping[str, NoticeRule]:
    rows = yaml.safe_load((Path(__file__).parents[1] / "notices.yaml").read_text(encoding="utf-8"))
    return {name: NoticeRule.model_validate(row) for name, row in rows.items()}


NOTICES = _table()


def request(notice: str, event: Event, envelope: Envelope) -> RequestMessage:
    """Ask for the message that tells one person, whom the event names."""
    rule = NOTICES[notice]
    person_id = str(getattr(event, rule.person or ""))
    return RequestMessage(
        message_id=message_id(envelope.id, person_id, rule.template),
        recipient_person_id=person_id,
        recipient_id=recipient_id(envelope.region, person_id),
        notice=notice,
        template_key=rule.template,
        category=rule.category,
        source_event_id=envelope.id,
        fields=fields_of(rule, event),
        valid_until=_moment(rule.until, event, envelope.time),
    )


def announce(notice: str, event: Event, envelope: Envelope, lifts: str | None = None) -> SetNotice:
    """Ask that an audience be told; `lifts` is the notice of the same event that is settled by this."""
    rule = NOTICES[notice]
    return SetNotice(
        audience_id=_audience(rule, event),
        notice_id=_notice_id(notice, event, envelope.id),
        notice=notice,
        template_key=rule.template,
        category=rule.category,
        roles=rule.roles,
        source_event_id=envelope.id,
        fields=fields_of(rule, event),
        tell_at=_moment(rule.tell, event, envelope.time) if rule.tell else None,
        valid_until=_moment(rule.until, event, envelope.time),
        collect=rule.collect,
        person_id=str(getattr(event, rule.person)) if rule.person else None,
        revision=_revision(rule, event),
        only_now=rule.only_now,
        lifts=_notice_id(lifts, event) if lifts else None,
    )


def _revision(rule: NoticeRule, event: Event) -> int:
    found: int | date = getattr(event, rule.revision) if rule.revision else 0
    return found.toordinal() if isinstance(found, date) else found


def lift(notice: str, event: Event) -> LiftNotice:
    """Ask that a notice about the same thing, set by another event, be lifted."""
    return LiftNotice(audience_id=_audience(NOTICES[notice], event), notice_id=_notice_id(notice, event))


def _audience(rule: NoticeRule, event: Event) -> str:
    if rule.audience is None:
        raise TypeError(f"{rule.event} is told to one person")
    return audience_id(rule.audience.kind, str(getattr(event, rule.audience.id)))


def _notice_id(notice: str, event: Event, event_id: str = "") -> str:
    """Made of what the notice is about, so that another event can lift it; else every event is a notice of its own."""
    rule = NOTICES[notice]
    about = [str(getattr(event, field)) for field in rule.about] or [event_id]
    return derived_id("notice", rule.replaces or notice, *about)


def fields_of(rule: NoticeRule, event: Event) -> dict[str, str]:
    """What the template may show of this event, as text: moments in local time, nothing (None) as the empty text."""
    return {name: _told(event, field) for name, field in rule.fields.items()}


def examples_for(template_key: str) -> Mapping[str, str] | None:
    """The fields that every notice with this template gives, by example; None when there is no such notice."""
    rules = [rule for rule in NOTICES.values() if rule.template == template_key and rule.collect is None]
    if not rules:
        return None
    given = {name: field.example for name, field in rules[0].fields.items()}
    shared = {name: given[name] for name in given if all(name in rule.fields for rule in rules)}
    return {**CARD_FIELDS, **shared}


def rule_for(template_key: str) -> NoticeRule | None:
    """The first row whose message has this template."""
    found = (rule for rule in NOTICES.values() if rule.template == template_key and rule.collect is None)
    return next(found, None)


def _told(event: Event, field: FieldRule) -> str:
    value: Any = getattr(event, field.source)
    if field.within is not None:
        keys = value if isinstance(value, tuple) else (value,)
        return ", ".join(f"{getattr(event, field.within)}/{key}" for key in keys)
    if isinstance(value, datetime):
        zone = ZoneInfo(getattr(event, field.zone) if field.zone else HOME_ZONE)
        return value.astimezone(zone).isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return ", ".join(str(part) for part in value)
    return "" if value is None else str(value)


def _moment(moment: Moment, event: Event, at: datetime) -> datetime:
    start: date = getattr(event, moment.field) if moment.field else at
    if not isinstance(start, datetime):  # a day is over when it has passed
        start = start_of(start + timedelta(days=1))
    return start + timedelta(days=moment.days - moment.days_before)
