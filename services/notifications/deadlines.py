"""What falls due: a reminder's moment, a digest's, and another attempt at a message that could not be sent."""

from datetime import datetime

from services.notifications.domain.attempt import RequestAgain
from services.notifications.domain.audience import TellAudience
from services.notifications.domain.digest import TellDigest
from shared.chassis.declarations.deadline import Deadline, Due
from shared.events.notifications import (
    AudienceTold,
    DigestPassed,
    DigestPlanned,
    DigestTold,
    MessageDeferred,
    MessageFailed,
    MessageRequested,
    MessageSent,
    NoticeLifted,
    NoticeSet,
)

NoticeEvent = NoticeSet | NoticeLifted | AudienceTold
DigestEvent = DigestPlanned | DigestTold | DigestPassed
AttemptEvent = MessageRequested | MessageDeferred | MessageSent | MessageFailed


def notice_due(due: Due | None, event: NoticeEvent) -> Due | None:
    """A notice with a moment falls due then; once told or lifted it is over."""
    if not isinstance(event, NoticeSet):
        return None
    if event.tell_at is None:
        return due
    return Due(at=event.tell_at, ask=TellAudience(audience_id=event.audience_id, notice_id=event.notice_id))


def digest_due(due: Due | None, event: DigestEvent) -> Due | None:  # noqa: ARG001 - what is due follows from the event alone
    """A digest falls due when it is planned for; after one it is the next, if something still waits."""
    at = _digest_at(event)
    return Due(at=at, ask=TellDigest(digest_id=event.digest_id, tell_at=at)) if at else None


def _digest_at(event: DigestEvent) -> datetime | None:
    match event:
        case DigestPlanned():
            return event.tell_at
        case DigestTold():
            return event.again_at
        case DigestPassed():
            return None


def attempt_due(due: Due | None, event: AttemptEvent) -> Due | None:  # noqa: ARG001 - what is due follows from the event alone
    """A message that was put off is tried again; whatever follows lifts that."""
    if not isinstance(event, MessageDeferred):
        return None
    return Due(at=event.try_again_at, ask=RequestAgain(message_id=event.message_id, attempt=event.attempt + 1))


REMIND = Deadline(name="tell-audience", key=lambda event: event.notice_id, fold=notice_due)
DIGEST = Deadline(name="tell-digest", key=lambda event: event.digest_id, fold=digest_due)
TRY_AGAIN = Deadline(name="try-message-again", key=lambda event: event.message_id, fold=attempt_due)
