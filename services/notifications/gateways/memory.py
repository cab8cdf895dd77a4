"""An e-mail provider that keeps what it is handed, for tests; its answers can be told in advance."""

from collections import deque
from collections.abc import Iterable

from services.notifications.gateways.mail import Handover, Mail


class MemoryMailer:
    """Answers as told, one answer after another, then accepts. `mails` are those it may have taken."""

    def __init__(self, answers: Iterable[Handover] = ()) -> None:
        self.mails: list[Mail] = []
        self.answers = deque(answers)

    async def send(self, mail: Mail) -> Handover:
        """Keep the e-mail."""
        answer = self.answers.popleft() if self.answers else Handover.ACCEPTED
        if answer in (Handover.ACCEPTED, Handover.UNKNOWN):
            self.mails.append(mail)
        return answer
