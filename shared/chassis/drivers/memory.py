"""Store and broker in memory, for fast tests and simulations; they keep the same promises as the real ones."""

from shared.chassis.drivers.memory_broker import MemoryBroker, MemoryCluster
from shared.chassis.drivers.memory_store import MemoryStore

__all__ = ["MemoryBroker", "MemoryCluster", "MemoryStore"]
