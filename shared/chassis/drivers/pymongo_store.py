"""The store on PyMongo's own asynchronous client, for when Motor is no longer kept up."""

from pymongo import AsyncMongoClient

from shared.chassis.drivers.mongo_options import OPEN, MongoAccess
from shared.chassis.drivers.mongo_store import CLIENT_SETTINGS, MongoStore


def open_pymongo_store(address: str, database: str, access: MongoAccess = OPEN) -> MongoStore:
    """A store on this database. Connects when first used; call it inside the running loop."""
    return MongoStore(AsyncMongoClient(address, **CLIENT_SETTINGS, **access.for_client()), database)
