"""What Kafka's errors mean for us: refused for good, or worth another try."""

from aiokafka import errors

from shared.chassis.ports import Rejected, Unavailable

FAILURES = (errors.KafkaError, OSError, TimeoutError)
"""What aiokafka raises when the broker is away, slow or unwilling."""

_FOR_GOOD = (
    errors.MessageSizeTooLargeError,
    errors.RecordListTooLargeError,
    errors.InvalidTopicError,
    errors.UnknownTopicOrPartitionError,
    errors.TopicAuthorizationFailedError,
    errors.ClusterAuthorizationFailedError,
    errors.PolicyViolationError,
    errors.InvalidTimestampError,
)


def judged(error: BaseException) -> Rejected | Unavailable:
    """The port's word for it. It names the kind of error only: its text may quote the record."""
    kind = type(error).__name__
    return Rejected(kind) if isinstance(error, _FOR_GOOD) else Unavailable(f"Kafka: {kind}")
