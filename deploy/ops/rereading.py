"""Lets a service read everything again, as it must after its database was put back from an archive.

What was read since the archive was taken would else be missing for good: the broker believes that it was read. What
was taken before is known by its position and dropped.
"""

from collections.abc import Callable

from deploy.local.environment import Environments
from deploy.services import manifest
from shared.chassis.cards.topic import card_group, card_topic
from shared.chassis.declarations.service import Service
from shared.chassis.drivers.groups import rewind
from shared.chassis.operating import looking
from shared.chassis.settings import read_settings


async def reread(environments: Environments, find: Callable[[str], Service] = manifest) -> list[str]:
    """Send every group of these services to the beginning; the groups. The services must be stopped.

    Raises Unavailable.
    """
    done = []
    for name, settings in environments.items():
        options = read_settings(name, settings).kafka_options()
        async with looking(find(name), settings) as at:
            groups = {group: at.readers.topics_of(reader) for reader, group in at.readers.groups.items()}
            if at.service.cards is not None:
                prefix = at.around.prefix
                groups[card_group(name, prefix)] = (card_topic(at.service.cards, prefix),)
        for group, topics in groups.items():
            await rewind(options, group, topics)
            done.append(group)
    return done
