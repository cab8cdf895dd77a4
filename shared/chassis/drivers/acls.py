"""Who may do what on the broker: rights are given here, taken away only by Kafka's own tools.

Giving a right again changes nothing. Whoever asks must be allowed to (a super user of the broker).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import for_code
from aiokafka.protocol.admin import CreateAclsRequest

from shared.chassis.drivers.kafka_errors import FAILURES
from shared.chassis.drivers.kafka_options import KafkaOptions
from shared.chassis.drivers.kafka_producer import judged_away
from shared.chassis.ports import Rejected

Resource = Literal["topic", "group"]
Operation = Literal["Read", "Write", "Describe", "DescribeConfigs", "Create"]

_SECONDS = 15.0
_RESOURCES = {"topic": 2, "group": 3}
_OPERATIONS = {"Read": 3, "Write": 4, "Create": 5, "Describe": 8, "DescribeConfigs": 10}
_LITERAL, _PREFIXED = 3, 4
_ALLOW = 3
_EVERYWHERE = "*"


@dataclass(frozen=True, order=True)
class Right:
    """One thing that a user may do; `prefixed`: with everything whose name begins like this."""

    user: str
    operation: Operation
    resource: Resource
    name: str
    prefixed: bool = False


async def give(options: KafkaOptions, rights: Sequence[Right]) -> None:
    """Return when the broker knows them. Raises Unavailable, and Rejected when it does not take one."""
    admin = AIOKafkaAdminClient(**options.for_client())
    try:
        async with asyncio.timeout(_SECONDS):
            await admin.start()
            for right in rights:
                answer = await admin._send_request(_request(right))  # noqa: SLF001 - there is no public call for it
                _check(right, answer.creation_responses[0][0])
    except FAILURES as error:
        raise judged_away(error) from error
    finally:
        await admin.close()


def _check(right: Right, code: int) -> None:
    if code:
        raise Rejected(f"{for_code(code).__name__} for {right.user}: {right.operation} {right.resource} {right.name}")


def _request(right: Right) -> CreateAclsRequest:
    return CreateAclsRequest(
        resource_type=_RESOURCES[right.resource],
        resource_name=right.name,
        resource_pattern_type_filter=_PREFIXED if right.prefixed else _LITERAL,
        principal=f"User:{right.user}",
        host=_EVERYWHERE,
        operation=_OPERATIONS[right.operation],
        permission_type=_ALLOW,
    )
