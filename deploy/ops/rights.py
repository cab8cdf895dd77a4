"""Who may do what on the broker, as the code says it: each service writes its own topics and reads what it hears.

Only the owner of a card book may write it. Nobody but the topics job makes topics. The operator's user is for
`./sixsteps ops`: what all services together may do, and to see the settings of their topics.
"""

from collections.abc import Iterator, Mapping

from deploy.local.environment import Environments
from deploy.services import manifest
from shared.chassis.assembling import Assembled
from shared.chassis.cards.topic import card_group, card_topic
from shared.chassis.drivers.acls import Right, give
from shared.chassis.operating import looking
from shared.chassis.settings import read_settings
from shared.chassis.wire import topic_of

TOPICS_JOB = "topics"
OPERATOR = "operator"


async def rights(environments: Environments, users: Mapping[str, str] | None = None) -> list[Right]:
    """What each service needs and no more; `users`: under which name a service signs in, else its own."""
    found: set[Right] = set()
    for name, settings in environments.items():
        user = (users or {}).get(name, name)
        async with looking(manifest(name), settings) as at:
            found |= set(_of(at, user))
            found |= set(_of_the_job(at, (users or {}).get(TOPICS_JOB, TOPICS_JOB)))
            found |= set(_of_the_operator(at, (users or {}).get(OPERATOR, OPERATOR)))
    return sorted(found)


async def given(environments: Environments, users: Mapping[str, str] | None = None) -> list[Right]:
    """Let the broker know. The settings must be those of a super user. Raises Unavailable, Rejected."""
    found = await rights(environments, users)
    name, settings = next(iter(environments.items()))
    await give(read_settings(name, settings).kafka_options(), found)
    return found


def command_of(right: Right) -> str:
    """The same as a line for Kafka's own tool."""
    pattern = "prefixed" if right.prefixed else "literal"
    return (
        f"kafka-acls.sh --add --allow-principal User:{right.user} --operation {right.operation}"
        f" --{right.resource} '{right.name}' --resource-pattern-type {pattern}"
    )


def _of(at: Assembled, user: str) -> Iterator[Right]:
    for topic in _written(at):
        yield Right(user, "Write", "topic", topic)
    for topic in sorted({*_written(at), *_read(at)}):
        yield Right(user, "Read", "topic", topic)
        yield Right(user, "Describe", "topic", topic)
    for group in _groups(at):
        yield Right(user, "Read", "group", group)


def _of_the_job(at: Assembled, user: str) -> Iterator[Right]:
    for topic in _written(at):
        yield Right(user, "Create", "topic", topic)
        yield Right(user, "Describe", "topic", topic)


def _of_the_operator(at: Assembled, user: str) -> Iterator[Right]:
    """Lag and audit read, replay and republish write, a restore sets offsets back: all that the service does."""
    yield from _of(at, user)
    for topic in _written(at):
        yield Right(user, "DescribeConfigs", "topic", topic)


def _written(at: Assembled) -> list[str]:
    prefix, book = at.around.prefix, at.service.cards
    own = [card_topic(book, prefix)] if book is not None and book.owner == at.service.name else []
    return [topic_of(prefix, at.service.name), *own]


def _read(at: Assembled) -> list[str]:
    book = at.service.cards
    return sorted(at.readers.topics) + ([card_topic(book, at.around.prefix)] if book is not None else [])


def _groups(at: Assembled) -> list[str]:
    cards = [card_group(at.service.name, at.around.prefix)] if at.service.cards is not None else []
    return [*at.readers.groups.values(), *cards]
