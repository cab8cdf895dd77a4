"""An audience: the people who are told about one thing (an enrolment, a cohort), and what they are to be told.

Many people are told by one stream, in one commit: that is why an audience is an aggregate. A notice without a moment
(`tell_at` None) is told at once, and to whoever joins while it is valid; a notice with a moment is told when the
moment comes, to those who are there then. One that is collected is told by no message of its own: it is open here,
until it is over or lifted, for the digests of those whom it is for.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, ClassVar, Self, assert_never

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from services.notifications.domain.message import message_id
from services.notifications.domain.notice import Notice, Seat
from shared.chassis.declarations.access import ONLY_WITHIN, Access
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.identity import derived_id
from shared.chassis.declarations.state import State, replace
from shared.events.notifications import (
    AudienceDescribed,
    AudienceJoined,
    AudienceLeft,
    AudienceRole,
    AudienceTold,
    Category,
    Collect,
    DigestWanted,
    MessageWanted,
    NoticeLifted,
    NoticeSet,
)

FieldValue = Annotated[str, StringConstraints(max_length=2_000)]


class Audience(State):
    """Who is told, and what. `home_name` and `version_id` say whose enrolment it is, once that is known."""

    home_name: str = ""
    version_id: str = ""
    seats: frozenset[Seat] = frozenset()
    notices: dict[str, Notice] = Field(default_factory=dict)


class JoinAudience(Command):
    """Let these people be told from now on; asked by policies only."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    audience_id: Key
    seats: tuple[Seat, ...]


class LeaveAudience(Command):
    """Tell somebody no longer, or (person_id None) nobody who came through this; asked by policies only."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    audience_id: Key
    through: Key
    person_id: Key | None = None
    role: AudienceRole | None = None


class DescribeAudience(Command):
    """Know whose enrolment the audience is about; asked by policies only."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    audience_id: Key
    home_name: str
    version_id: Key


class SetNotice(Command):
    """Have this audience told something; asked by policies only. A notice is set once: its id says which it is.

    A higher `revision` replaces it and is told anew. What it settles is lifted: the notice `lifts`. With `only_now` it
    is told to those who are there now and to nobody who joins later. What is collected says in its fields what it is
    `about`.
    """

    asked_by: ClassVar[Access] = ONLY_WITHIN

    audience_id: Key
    notice_id: Key
    notice: Key
    template_key: Key
    category: Category
    roles: tuple[AudienceRole, ...]
    source_event_id: Key
    fields: dict[str, FieldValue]
    tell_at: AwareDatetime | None
    valid_until: AwareDatetime
    collect: Collect | None = None
    person_id: Key | None = None
    revision: int = 0
    lifts: Key | None = None
    only_now: bool = False

    @model_validator(mode="after")
    def _named_where_collected(self) -> Self:
        if self.collect is not None and "about" not in self.fields:
            raise ValueError("fields: what is collected must say what it is about")
        return self


class LiftNotice(Command):
    """A notice holds no longer; asked by policies only."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    audience_id: Key
    notice_id: Key


class TellAudience(Command):
    """The moment of a notice has come; asked by the deadline only."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    audience_id: Key
    notice_id: Key


AudienceCommand = JoinAudience | LeaveAudience | DescribeAudience | SetNotice | LiftNotice | TellAudience
AudienceEvent = (
    AudienceJoined
    | AudienceLeft
    | AudienceDescribed
    | NoticeSet
    | NoticeLifted
    | AudienceTold
    | MessageWanted
    | DigestWanted
)


def audience_id(kind: str, thing_id: str) -> str:
    """The id of the audience of one thing, e.g. of the cohort with this id."""
    return derived_id("audience", kind, thing_id)


def decide(audience: Audience, command: AudienceCommand, facts: Facts) -> Sequence[AudienceEvent]:
    """The rules of an audience. Refuses nothing: what is done, over or unknown needs no event."""
    match command:
        case JoinAudience():
            return _join(audience, command, facts.now)
        case LeaveAudience():
            return _leave(audience, command)
        case DescribeAudience():
            known = (audience.home_name, audience.version_id) == (command.home_name, command.version_id)
            return [] if known else [AudienceDescribed(**command.model_dump())]
        case SetNotice():
            return [*_lift(audience, command.audience_id, command.lifts), *_set(audience, command, facts.now)]
        case LiftNotice():
            return _lift(audience, command.audience_id, command.notice_id)
        case TellAudience():
            return _tell(audience, command, facts.now)
        case _:
            assert_never(command)


def _join(audience: Audience, command: JoinAudience, now: datetime) -> Sequence[AudienceEvent]:
    new = [seat for seat in dict.fromkeys(command.seats) if seat not in audience.seats]
    joined = [AudienceJoined(audience_id=command.audience_id, **seat.model_dump()) for seat in new]
    wanted = [
        each
        for notice_id, notice in audience.notices.items()
        if notice.tell_at is None and not notice.closed and now < notice.valid_until
        for each in _wanted(command.audience_id, notice_id, notice, new)
    ]
    return [*joined, *wanted]


def _leave(audience: Audience, command: LeaveAudience) -> Sequence[AudienceEvent]:
    leaving = [
        seat
        for seat in audience.seats
        if seat.through == command.through
        and command.person_id in (None, seat.person_id)
        and command.role in (None, seat.role)
    ]
    return [AudienceLeft(audience_id=command.audience_id, **seat.model_dump()) for seat in _in_order(leaving)]


def _set(audience: Audience, command: SetNotice, now: datetime) -> Sequence[AudienceEvent]:
    known = audience.notices.get(command.notice_id)
    if known is not None and known.revision >= command.revision:
        return []
    if now >= command.valid_until or (command.tell_at is not None and now >= command.tell_at):
        return _lift(audience, command.audience_id, command.notice_id)
    is_set = NoticeSet(**command.model_dump(exclude={"lifts", "only_now"}), set_at=now)
    if command.tell_at is not None:
        return [is_set]
    wanted = list(_wanted(command.audience_id, command.notice_id, _notice(is_set), _in_order(audience.seats)))
    told = AudienceTold(audience_id=command.audience_id, notice_id=command.notice_id, recipient_count=len(wanted))
    return [is_set, *wanted, *([told] if command.only_now else [])]


def _lift(audience: Audience, audience_id: str, notice_id: str | None) -> Sequence[AudienceEvent]:
    if notice_id not in audience.notices:
        return []
    return [NoticeLifted(audience_id=audience_id, notice_id=notice_id)]


def _tell(audience: Audience, command: TellAudience, now: datetime) -> Sequence[AudienceEvent]:
    notice = audience.notices.get(command.notice_id)
    if notice is None or notice.closed or notice.tell_at is None:
        return []
    if not notice.tell_at <= now < notice.valid_until:
        return []
    wanted = list(_wanted(command.audience_id, command.notice_id, notice, _in_order(audience.seats)))
    told = AudienceTold(audience_id=command.audience_id, notice_id=command.notice_id, recipient_count=len(wanted))
    return [told, *wanted]


def _wanted(
    audience_id: str, notice_id: str, notice: Notice, seats: Sequence[Seat]
) -> Iterator[MessageWanted | DigestWanted]:
    """A message, or a place in the digest, for each person whom it is for and who was not told yet."""
    people = dict.fromkeys(seat.person_id for seat in seats if notice.is_for(seat))
    for person_id in (person_id for person_id in people if person_id not in notice.told):
        if notice.collect is not None:
            yield DigestWanted(audience_id=audience_id, notice_id=notice_id, recipient_person_id=person_id)
            continue
        yield MessageWanted(
            audience_id=audience_id,
            notice_id=notice_id,
            message_id=message_id(notice.source_event_id, person_id, notice.template_key),
            recipient_person_id=person_id,
            **notice.model_dump(
                include={"notice", "template_key", "category", "source_event_id", "fields", "valid_until"}
            ),
        )


def _in_order(seats: Sequence[Seat] | frozenset[Seat]) -> list[Seat]:
    return sorted(seats, key=lambda seat: (seat.person_id, seat.role, seat.through))


def _notice(event: NoticeSet) -> Notice:
    return Notice(**event.model_dump(exclude={"audience_id", "notice_id", "set_at"}))


def evolve(audience: Audience, event: AudienceEvent) -> Audience:
    """The audience after this event."""
    match event:
        case AudienceJoined():
            return replace(audience, seats=audience.seats | {_seat(event)})
        case AudienceLeft():
            return replace(audience, seats=audience.seats - {_seat(event)})
        case NoticeSet():
            # What was over when another notice was set is never told again: it would only make the state grow.
            ahead = {key: notice for key, notice in audience.notices.items() if notice.valid_until > event.set_at}
            return replace(audience, notices={**ahead, event.notice_id: _notice(event)})
        case AudienceDescribed():
            return replace(audience, home_name=event.home_name, version_id=event.version_id)
        case NoticeLifted():
            left = {key: notice for key, notice in audience.notices.items() if key != event.notice_id}
            return replace(audience, notices=left)
        case AudienceTold():
            return _revise(audience, event.notice_id, closed=True)
        case MessageWanted() | DigestWanted():
            told = audience.notices[event.notice_id].told
            return _revise(audience, event.notice_id, told=told | {event.recipient_person_id})
        case _:
            assert_never(event)


def _seat(event: AudienceJoined | AudienceLeft) -> Seat:
    return Seat(person_id=event.person_id, role=event.role, through=event.through)


def _revise(audience: Audience, notice_id: str, **changes: object) -> Audience:
    revised = replace(audience.notices[notice_id], **changes)
    return replace(audience, notices={**audience.notices, notice_id: revised})
