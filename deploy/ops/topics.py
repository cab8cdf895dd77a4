"""What lies on the topics of the platform."""

from collections.abc import Callable

from deploy.local.environment import Environments
from deploy.services import manifest
from shared.chassis.declarations.service import Service
from shared.chassis.drivers.topic_facts import TopicFacts, topic_facts
from shared.chassis.serving import topics_of
from shared.chassis.settings import read_settings


async def described_topics(environments: Environments, find: Callable[[str], Service] = manifest) -> list[TopicFacts]:
    """Every topic that these services publish on; one without partitions does not exist. Raises Unavailable."""
    found: list[TopicFacts] = []
    for name, environment in environments.items():
        settings = read_settings(name, environment)
        names = [topic.name for topic in topics_of(find(name), settings)]
        found += await topic_facts(settings.kafka_options(), names)
    return found
