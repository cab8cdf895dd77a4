"""The policies' side of reading: for every event, ask what the service's policies want asked."""

from collections.abc import Sequence

from shared.chassis.declarations.policy import Policy
from shared.chassis.reading.asking import Asking, request_after
from shared.chassis.reading.failure import Failure, failure_of
from shared.chassis.reading.item import Item
from shared.chassis.requests import Request


class PolicyEffect:
    """What one round wants asked is asked together. Done again, it changes nothing: the journal knows each cause."""

    side_by_side = False

    def __init__(self, policies: Sequence[Policy], asking: Asking) -> None:
        self._policies = policies
        self._asking = asking

    async def begin(self, items: Sequence[Item]) -> None:
        """Nothing to get ready."""

    async def apply(self, items: Sequence[Item]) -> Sequence[Failure | None]:
        """Ask for what the events want asked; a message fails when one of its commands is refused."""
        failures: list[Failure | None] = [None] * len(items)
        wanted: list[tuple[int, Request]] = []
        for at, item in enumerate(items):
            try:
                wanted += [(at, request) for request in self._requests(item)]
            except Exception as error:  # noqa: BLE001 - a policy is pure: it would fail again, so its event is parked
                failures[at] = failure_of(error)
        answers = await self._asking.ask([request for _, request in wanted]) if wanted else []
        for (at, _), answer in zip(wanted, answers, strict=True):
            if isinstance(answer, Failure):
                failures[at] = answer
        return failures

    async def finish(self) -> bool:
        """All is stored already."""
        return True

    def _requests(self, item: Item) -> list[Request]:
        event, envelope = item.event, item.envelope
        matching = [policy for policy in self._policies if type(event) in policy.events]
        asked = [(policy.name, policy(event, envelope)) for policy in matching]
        return [request_after(envelope, command, name, item.trace) for name, command in asked if command]
