"""Events in MongoDB: the outbox, the relays' turns, what consumers have handled."""

from cinematch.events.mongo.outbox import COLLECTIONS as _OUTBOX
from cinematch.events.mongo.outbox import LANES, MongoOutbox, lane_of
from cinematch.events.mongo.progress import COLLECTIONS as _PROGRESS
from cinematch.events.mongo.progress import MongoProgress
from cinematch.events.mongo.relay import COLLECTIONS as _RELAY
from cinematch.events.mongo.relay import MongoRelaySource

COLLECTIONS = (*_OUTBOX, *_RELAY, *_PROGRESS)

__all__ = [
    "COLLECTIONS",
    "LANES",
    "MongoOutbox",
    "MongoProgress",
    "MongoRelaySource",
    "lane_of",
]
