"""What falls due: a reminder's moment, and another attempt at a message that could not be sent."""

from services.notifications.domain.audience import TellAudience
from services.notifications.domain.message import RequestAgain
from shared.chassis.declarations.deadline import Deadline, Due
from shared.events.notifications import (
    AudienceTold,
    MessageDeferred,
    MessageFailed,
    MessageRequested,
    MessageSent,
    NoticeSet,
)

NoticeEvent = NoticeSet | AudienceTold
AttemptEvent = MessageRequested | MessageDeferred | MessageSent | MessageFailed


def notice_due(due: Due | None, event: NoticeEvent) -> Due | None:
    """A notice with a moment falls due then; once told it is over."""
    if isinstance(event, AudienceTold):
        return None
    if event.tell_at is None:
        return due
    return Due(at=event.tell_at, ask=TellAudience(audience_id=event.audience_id, notice_id=event.notice_id))


def attempt_due(due: Due | None, event: AttemptEvent) -> Due | None:  # noqa: ARG001
    """A message that was put off is tried again; whatever follows lifts that."""
    if not isinstance(event, MessageDeferred):
        return None
    return Due(at=event.try_again_at, ask=RequestAgain(message_id=event.message_id, attempt=event.attempt + 1))


REMIND = Deadline(name="tell-audience", key=lambda event: event.notice_id, fold=notice_due)
TRY_AGAIN = Deadline(name="try-message-again", key=lambda event: event.message_id, fold=attempt_due)
