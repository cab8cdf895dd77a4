"""A digest: what one person is told together in a region, once a week or a day, instead of a message for each thing.

It keeps no list of its own. It remembers in which audiences something may wait for the person; what waits is looked up
when the moment comes, so what was done meanwhile is not told. The moment is nine o'clock on the wall, also in the week
in which the clocks change.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import ClassVar, assert_never
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime

from shared.chassis.declarations.access import ONLY_WITHIN, Access
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.state import State, replace
from shared.events.days import local_day
from shared.events.notifications import Cadence, Collect, DigestPassed, DigestPlanned, DigestTold
from shared.events.values import HOME_ZONE

ZONE = ZoneInfo(HOME_ZONE)
AT = time(9)
WEEKLY_ON = 0
"""Monday."""
NAMED_AT_MOST = 20
"""How many things of a sort a digest names; of the others it tells the number."""


class Item(State):
    """Something that an audience has open for the person. `about` are references, `<enrolment>/<requirement>`."""

    notice_id: str
    audience_id: str
    about: tuple[str, ...]
    collect: Collect
    valid_until: datetime


class Digest(State):
    """`told` are those that were in a digest and may be in one once only, as long as their audience has them open."""

    person_id: str = ""
    audiences: frozenset[str] = frozenset()
    told: frozenset[str] = frozenset()
    tell_at: datetime | None = None


class DigestFacts(Facts):
    """Whether and how often the person wants to be told, and what is open for them in the audiences of the digest."""

    wanted: bool = True
    cadence: Cadence = "weekly"
    items: tuple[Item, ...] = ()


class PlanDigest(Command):
    """Let the next digest tell what waits in this audience; asked by policies only. The id is the recipient's."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    digest_id: Key
    person_id: Key
    audience_id: Key


class TellDigest(Command):
    """The moment of a digest has come; asked by the deadline only."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    digest_id: Key
    tell_at: AwareDatetime


DigestCommand = PlanDigest | TellDigest
DigestEvent = DigestPlanned | DigestTold | DigestPassed


def next_moment(now: datetime, cadence: Cadence) -> datetime:
    """The next time after `now` that it is nine on the wall, on the day for it; as UTC."""
    day = local_day(now)
    while True:
        moment = datetime.combine(day, AT, ZONE).astimezone(UTC)
        if moment > now and (cadence == "daily" or day.weekday() == WEEKLY_ON):
            return moment
        day += timedelta(days=1)


def decide(digest: Digest, command: DigestCommand, facts: DigestFacts) -> Sequence[DigestEvent]:
    """The rules of a digest. Refuses nothing: what is planned, told or moved already needs no event."""
    match command:
        case PlanDigest():
            return _plan(digest, command, facts)
        case TellDigest():
            if digest.tell_at != command.tell_at or facts.now < command.tell_at:
                return []
            return [_tell(digest, command, facts)]
        case _:
            assert_never(command)


def _plan(digest: Digest, command: PlanDigest, facts: DigestFacts) -> Sequence[DigestEvent]:
    if not facts.wanted or (digest.tell_at is not None and command.audience_id in digest.audiences):
        return []
    tell_at = digest.tell_at or next_moment(facts.now, facts.cadence)
    return [DigestPlanned(**command.model_dump(), tell_at=tell_at)]


def _tell(digest: Digest, command: TellDigest, facts: DigestFacts) -> DigestEvent:
    still_open = [item for item in facts.items if facts.now < item.valid_until]
    waiting = [item for item in still_open if item.collect == "until-lifted"]
    once = [item for item in still_open if item.collect == "once"]
    approved = [item for item in once if item.notice_id not in digest.told]
    audiences = tuple(sorted({item.audience_id for item in still_open}))
    told_notices = tuple(sorted(item.notice_id for item in once))
    if not facts.wanted or not (waiting or approved):
        return DigestPassed(digest_id=command.digest_id, audiences=audiences, told_notices=told_notices)
    return DigestTold(
        digest_id=command.digest_id,
        person_id=digest.person_id,
        waiting=_named(waiting),
        waiting_count=len(waiting),
        approved=_named(approved),
        approved_count=len(approved),
        audiences=audiences,
        told_notices=told_notices,
        told_at=facts.now,
        again_at=next_moment(facts.now, facts.cadence) if waiting else None,
    )


def _named(items: Sequence[Item]) -> tuple[str, ...]:
    return tuple(about for item in items[:NAMED_AT_MOST] for about in item.about)


def evolve(digest: Digest, event: DigestEvent) -> Digest:
    """The digest after this event."""
    match event:
        case DigestPlanned():
            audiences = digest.audiences | {event.audience_id}
            # Before a person had a digest in each region, its id was the person's.
            person_id = event.person_id or event.digest_id
            return replace(digest, person_id=person_id, audiences=audiences, tell_at=event.tell_at)
        case DigestTold():
            return _after(digest, event, event.again_at)
        case DigestPassed():
            return _after(digest, event, None)
        case _:
            assert_never(event)


def _after(digest: Digest, event: DigestTold | DigestPassed, tell_at: datetime | None) -> Digest:
    audiences, told = frozenset(event.audiences), frozenset(event.told_notices)
    return replace(digest, audiences=audiences, told=told, tell_at=tell_at)
