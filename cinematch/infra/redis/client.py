"""The connection, with short timeouts: who waits for a cache is slower than without one."""

import redis
from redis.backoff import ExponentialBackoff
from redis.retry import Retry

from cinematch.kit.errors import Invalid

_SECONDS = 0.5


def open_redis(url: str) -> "redis.Redis":
    """Return a client; it connects when first used, and again after the server was away.

    Args:
        url: as in `redis://host:6379/0`.

    Raises:
        Invalid: the URL cannot be used.
    """
    try:
        return redis.Redis.from_url(
            url,
            socket_connect_timeout=_SECONDS,
            socket_timeout=_SECONDS,
            retry=Retry(ExponentialBackoff(cap=0.1, base=0.01), 1),
            health_check_interval=15,
        )
    except ValueError as error:
        raise Invalid(
            f"REDIS_URL cannot be used: {error}. It looks like redis://host:6379/0"
        ) from error
