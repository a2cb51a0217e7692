"""Token buckets that all API processes share."""

import logging

import redis

from cinematch.infra.limits import Rate, RateLimiter
from cinematch.kit.clock import Clock

_log = logging.getLogger(__name__)

# One round trip, and no two processes between reading and writing. ARGV: burst, seconds per token,
# now, tokens to take (-1 gives one back). A bucket that would be full anyway is forgotten.
_TAKE = """
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local burst, every, now, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local tokens, at = tonumber(bucket[1]) or burst, tonumber(bucket[2]) or now
tokens = math.min(tokens + math.max(now - at, 0) / every, burst)
if wanted > 0 and tokens < wanted then return tostring((wanted - tokens) * every) end
tokens = math.min(tokens - wanted, burst)
if tokens >= burst then
  redis.call('DEL', KEYS[1])
else
  redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', ARGV[3])
  redis.call('PEXPIRE', KEYS[1], math.ceil((burst - tokens) * every * 1000) + 1000)
end
return '0'
"""  # noqa: E501 - one statement to a line reads better here


class RedisRateLimiter:
    """Implements `infra.limits.RateLimiter`; while the server is away, each process counts alone.

    That lets through at most as many times more as there are processes, and never locks anybody
    out because a cache is down.
    """

    def __init__(self, client: "redis.Redis", clock: Clock, alone: RateLimiter) -> None:
        self._run = client.register_script(_TAKE)
        self._clock = clock
        self._alone = alone

    def take(self, key: str, rate: Rate) -> float:
        try:
            return self._call(key, rate, 1)
        except redis.RedisError as error:
            _log.warning("Redis is away, limits are counted by process: %s", error)
            return self._alone.take(key, rate)

    def give_back(self, key: str, rate: Rate) -> None:
        try:
            self._call(key, rate, -1)
        except redis.RedisError:
            self._alone.give_back(key, rate)

    def _call(self, key: str, rate: Rate, tokens: int) -> float:
        now = self._clock().timestamp()
        return float(
            self._run(keys=[f"cinematch:limit:{key}"], args=[rate.burst, rate.seconds, now, tokens])
        )
