"""The speed layer: what changed of users' figures since the last flush, in Redis."""

from cinematch.stats.redis.figures import SpeedStats
from cinematch.stats.redis.flushing import SpeedFlusher
from cinematch.stats.redis.store import SpeedStore

__all__ = ["SpeedFlusher", "SpeedStats", "SpeedStore"]
