"""Redis or Valkey: what several processes of a cluster count and tell one another."""

from cinematch.infra.redis.client import open_redis
from cinematch.infra.redis.limits import RedisRateLimiter
from cinematch.infra.redis.signals import RedisSignals

__all__ = ["RedisRateLimiter", "RedisSignals", "open_redis"]
