"""The store on Motor: the default driver."""

from motor.motor_asyncio import AsyncIOMotorClient

from shared.chassis.drivers.mongo_options import OPEN, MongoAccess
from shared.chassis.drivers.mongo_store import CLIENT_SETTINGS, MongoStore


def open_motor_store(address: str, database: str, access: MongoAccess = OPEN) -> MongoStore:
    """A store on this database. Connects when first used; call it inside the running loop."""
    return MongoStore(AsyncIOMotorClient(address, **CLIENT_SETTINGS, **access.for_client()), database)
