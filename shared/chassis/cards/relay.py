"""The relay of the contact cards: tells the topic the last value of every card, in the end and for good.

A compacted topic keeps the last record of a key, so an earlier revision must never land after a later one: a
new reader would get the old card, and what was erased would come back. Hence one process at a time has the
*turn* for a person: a numbered claim in the card's document that runs out by itself. A later revision waits
until the sender of the earlier one has its acknowledgement, or until that turn has run out: later than
any send could end. It has run out by the clock, or when it was seen here for so long: clocks are set back.

Kafka compacts only what lies behind the segment it writes to, and it begins a new one only when something is
written. On a quiet topic an erased card would stay on the disk for ever, its tombstone beside it. Hence every last
value is said once more when it has settled: that closes the segment, and the broker cleans it.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import islice

from shared.chassis.cards.owner import CARDS, record_of
from shared.chassis.cards.trouble import CountTrouble, uncounted, unsent
from shared.chassis.ports import Clock, Document, Producer, Rejected, Store, Unavailable

TURN = timedelta(minutes=1)
"""How long a turn lasts: longer than a producer tries to deliver."""
SETTLED = timedelta(hours=25)
"""When a last value is said once more: somewhat later than the topic's segments and compaction lag of one day."""
SWEEP_EVERY_S = 30.0
_TICK_S = 1.0
_AT_ONCE = 200


class CardRelay:
    """Publishes the cards of one book. `run` works until it is cancelled; several may run at once.

    `settled` is after how long a last value is said once more; it goes with the topic's settings.
    """

    settled = SETTLED

    def __init__(  # noqa: PLR0913 - what it works with, and what tests measure time by
        self,
        store: Store,
        producer: Producer,
        clock: Clock,
        topic: str,
        count: CountTrouble = uncounted,
        seconds: Callable[[], float] = lambda: asyncio.get_running_loop().time(),
    ) -> None:
        self._store = store
        self._producer = producer
        self._clock = clock
        self._topic = topic
        self._count = count
        self._seconds = seconds
        self._wanted: dict[str, None] = {}
        self._woken = asyncio.Event()
        self._turns: dict[str, int] = {}
        self._others: dict[str, tuple[int, float]] = {}
        self._due = False
        self._failures = 0

    def wake(self, person_id: str) -> None:
        """Note that this person's card waits."""
        self._wanted[person_id] = None
        self._woken.set()

    async def prepare(self) -> None:
        """See to it that a sweep is quick. Raises Unavailable."""
        await self._store.indexed(CARDS, ["waiting"])
        await self._store.indexed(CARDS, ["settles_at"])

    async def run(self) -> None:
        """Sweep at the start, soon after a failure, and every 30 s otherwise; in between send what is woken."""
        self._sweep_is_due()
        async with asyncio.TaskGroup() as both:
            both.create_task(self._work())
            both.create_task(self._tick())

    async def drain(self) -> None:
        """Send what is woken, once, before the process ends."""
        while self._wanted:
            await self.send_woken()

    async def send_woken(self) -> bool:
        """Send the cards that are known to wait; False when one could not be sent."""
        batch = list(islice(self._wanted, _AT_ONCE))
        for person_id in batch:
            del self._wanted[person_id]
        if not (self._wanted or self._due):
            self._woken.clear()
        return await self._send_all(batch)

    async def sweep(self) -> bool:
        """Send everything that waits or has settled; False when one could not be sent. Raises Unavailable (store)."""
        settled = {"settles_at": {"$lte": self._clock.now()}}
        waiting = await self._store.find(CARDS, {"$or": [{"waiting": True}, settled]})
        there = {document["_id"] for document in waiting}
        self._others = {person_id: seen for person_id, seen in self._others.items() if person_id in there}
        sound = True
        for start in range(0, len(waiting), _AT_ONCE):
            batch = [document["_id"] for document in waiting[start : start + _AT_ONCE]]
            sound = await self._send_all(batch) and sound
        return sound

    async def unrelayed(self) -> int:
        """How many cards the topic does not know in their present form."""
        return await self._store.count(CARDS, {"waiting": True})

    async def _work(self) -> None:
        while True:
            await self._woken.wait()
            swept = await self._sweep_or_fail() if self._due else True
            sent = await self.send_woken()
            self._failures = 0 if swept and sent else self._failures + 1

    async def _tick(self) -> None:
        waited = 0.0
        while True:
            await self._clock.sleep(_TICK_S)
            waited += _TICK_S
            if waited >= _pause(self._failures):
                waited = 0.0
                self._sweep_is_due()

    def _sweep_is_due(self) -> None:
        self._due = True
        self._woken.set()

    async def _sweep_or_fail(self) -> bool:
        self._due = False
        try:
            return await self.sweep()
        except Unavailable as why:
            unsent(self._count, self._topic, Counter([type(why).__name__]))
            return False

    async def _send_all(self, person_ids: list[str]) -> bool:
        """Send side by side; False when some stay behind, which is said once for all of them."""
        outcomes = await asyncio.gather(*(self._failure(person_id) for person_id in person_ids))
        failures = Counter(filter(None, outcomes))
        unsent(self._count, self._topic, failures)
        return not failures

    async def _failure(self, person_id: str) -> str | None:
        """Why this card could not be sent, or None."""
        try:
            await self.relay(person_id)
        except (Unavailable, Rejected) as why:
            return type(why).__name__
        return None

    async def relay(self, person_id: str) -> None:
        """Publish the present revision, if it waits and nobody else has the turn.

        Raises Unavailable and Rejected.
        """
        while (card := await self._card_in_turn(person_id)) is not None:
            record = record_of(card)
            await self._producer.send(self._topic, record.key, record.sealed, record.headers)
            if await self._marked(card):
                self._turns.pop(person_id, None)
                return
            await self._wait_again(person_id)

    async def _card_in_turn(self, person_id: str) -> Document | None:
        """Return the card with the turn taken; None when nothing waits or somebody else has the turn."""
        while (card := (await self._store.get(CARDS, [person_id])).get(person_id)) is not None:
            if not self._is_due(card) or not self._may_take(card):
                return None
            turn = card["turn"] + 1
            taken = {"turn": turn, "turn_until": self._clock.now() + TURN}
            if await self._store.claim(CARDS, person_id, _as_seen(card), taken):
                self._turns[person_id] = turn
                return {**card, **taken}
        return None

    def _is_due(self, card: Document) -> bool:
        settles_at = card["settles_at"]
        return card["waiting"] or (settles_at is not None and settles_at <= self._clock.now())

    def _may_take(self, card: Document) -> bool:
        mine = self._turns.get(card["_id"]) == card["turn"]
        over = card["turn_until"] is None or card["turn_until"] <= self._clock.now()
        return mine or over or self._outlasted(card)

    def _outlasted(self, card: Document) -> bool:
        """Whether somebody else's turn was seen here, this very one, as long ago as a turn lasts."""
        now, turn = self._seconds(), card["turn"]
        seen, since = self._others.get(card["_id"], (turn, now))
        since = since if seen == turn else now
        self._others[card["_id"]] = (turn, since)
        return now - since >= TURN.total_seconds()

    async def _marked(self, card: Document) -> bool:
        """Count the present revision as relayed, only in the turn it was sent in: so it never goes back."""
        done = {
            "relayed_revision": card["revision"],
            "waiting": False,
            "turn_until": None,
            "settles_at": self._clock.now() + self.settled if card["waiting"] else None,
        }
        return await self._store.claim(CARDS, card["_id"], _as_seen(card), done)

    async def _wait_again(self, person_id: str) -> None:
        """Let the card be sent again: it was written meanwhile, or our turn ran out while we were sending.

        A new turn makes another sender's mark fail, so that the present revision is sent once more.
        """
        claimed = False
        while not claimed:
            card = (await self._store.get(CARDS, [person_id]))[person_id]
            again = {"turn": card["turn"] + 1, "turn_until": None, "waiting": True}
            claimed = await self._store.claim(CARDS, person_id, {"turn": card["turn"]}, again)


def _as_seen(card: Document) -> Document:
    return {"revision": card["revision"], "turn": card["turn"]}


def _pause(failures: int) -> float:
    """1, 2, 4, 8, 16, 30, 30 … seconds after so many failures in a row."""
    return min(SWEEP_EVERY_S, 2.0 ** min(failures - 1, 5)) if failures else SWEEP_EVERY_S
