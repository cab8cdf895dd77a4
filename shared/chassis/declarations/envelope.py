"""The outside of an event, for policies and views that must know more than the fact itself."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict


class Envelope(BaseModel):
    """Which event this is: its id, stream and sequence number (1, 2, 3 … per stream), region, time (UTC) and cause."""

    model_config = ConfigDict(frozen=True)

    id: str
    type: str
    source: str
    subject: str
    sequence: int
    time: datetime
    region: str
    key: str
    correlation_id: str
    causation_id: str
