"""What each aggregate of notifications promises (domain.md 2.6), of any history of one thing and of where it led."""

from collections.abc import Mapping, Sequence

from services.notifications.domain.audience import Audience
from services.notifications.domain.digest import Digest
from services.notifications.domain.message import Message
from services.notifications.domain.programme import Programme
from services.notifications.domain.recipient import Recipient
from services.notifications.domain.template import Template
from shared.chassis.declarations.event import Event
from shared.events.notifications import (
    AudienceJoined,
    AudienceLeft,
    DigestPlanned,
    DigestTold,
    DigestWanted,
    MessageClaimed,
    MessageFailed,
    MessageRequested,
    MessageSent,
    MessageWanted,
    NoticeSet,
    RecipientResumed,
    RecipientUnreachable,
    TemplatePublished,
    TitlesLearned,
)
from tests.unit.machines.promises.telling import in_turn, only_after
from tests.unit.machines.town import Promise


def template(history: Sequence[Event], template: Template) -> None:
    """Its versions are numbered 1, 2, 3 …, each published once, never changed, and never without English."""
    published = [event for event in history if isinstance(event, TemplatePublished)]
    assert [event.number for event in published] == list(range(1, len(history) + 1))
    assert {event.key for event in published} == {template.key}
    for event, edition in zip(published, template.editions, strict=True):
        assert event.texts == edition.texts
        languages = [text.language for text in event.texts]
        assert "en" in languages
        assert len(set(languages)) == len(languages)


def programme(history: Sequence[Event], programme: Programme) -> None:
    """The titles of a version are learned once."""
    (learned,) = history
    assert isinstance(learned, TitlesLearned)
    assert programme.titles == learned.titles != {}


def audience(history: Sequence[Event], audience: Audience) -> None:
    """Nobody has one seat twice, and only who has a seat leaves it; of a notice each person is told once."""
    in_turn(history, AudienceJoined, AudienceLeft, _seat)
    open_seats = {_seat(event) for event in history if isinstance(event, AudienceJoined)}
    assert {(seat.person_id, seat.role, seat.through) for seat in audience.seats} <= open_seats
    told: set[tuple[str, str]] = set()
    for event in history:
        if isinstance(event, NoticeSet):
            told = {each for each in told if each[0] != event.notice_id}
        if isinstance(event, MessageWanted | DigestWanted):
            assert (event.notice_id, event.recipient_person_id) not in told
            told.add((event.notice_id, event.recipient_person_id))


def _seat(event: Event) -> tuple[str, str, str]:
    assert isinstance(event, AudienceJoined | AudienceLeft)
    return (event.person_id, event.role, event.through)


def digest(history: Sequence[Event], digest: Digest) -> None:
    """It is planned before anything is told in it; it is one person's; what it names is among what it counts."""
    only_after(history, DigestTold, DigestPlanned)
    for event in history:
        if isinstance(event, DigestTold):
            assert event.person_id == digest.person_id
            assert (event.again_at is not None) == bool(event.waiting_count)
            assert len(set(event.told_notices)) == len(event.told_notices)


def message(history: Sequence[Event], message: Message) -> None:
    """Asked for, or held back from the first; claimed before it is sent, each attempt once; sent once an attempt."""
    assert isinstance(history[0], MessageRequested | MessageFailed)
    claimed: list[int] = []
    sent: list[int] = []
    for event in history:
        if isinstance(event, MessageClaimed):
            assert event.attempt not in claimed
            claimed.append(event.attempt)
        if isinstance(event, MessageSent):
            assert event.attempt in claimed
            assert event.attempt not in sent
            sent.append(event.attempt)
    assert message.attempt >= len(claimed)


def recipient(history: Sequence[Event], recipient: Recipient) -> None:
    """It is said once that somebody cannot be reached, until they can be again."""
    open_now = False
    for event in history:
        if isinstance(event, RecipientUnreachable):
            assert not open_now
        open_now = isinstance(event, RecipientUnreachable) or (open_now and not isinstance(event, RecipientResumed))
    assert recipient.reported == open_now


PROMISES: Mapping[str, Promise] = {
    "template": template,
    "programme": programme,
    "audience": audience,
    "digest": digest,
    "message": message,
    "recipient": recipient,
}
