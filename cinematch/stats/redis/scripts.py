"""What Redis does at one stroke.

A segment is a hash: what leads a user's figures of one epoch from event `base` to event `seq`. The
open one, at the user's own key, still grows; a sealed one stands at that key and `:base`, and never
changes. The chain of a user are the segments that follow one another from what the base holds.
"""

KEPT: int = 120
"""Seconds that a segment stays after the base has it: longer than a reader's transaction lives."""

FRESH: int = 60
"""Seconds that a writer may take from reading a chain to adding to it; less than `KEPT`."""

_WALK = """
local function walk(at, epoch, seen)
  while true do
    local key = KEYS[1] .. ':' .. at
    local head = redis.call('HMGET', key, 'epoch', 'seq')
    if head[1] ~= epoch then break end
    if seen then seen(key) end
    at = head[2]
  end
  return at
end
local function microseconds()
  local now = redis.call('TIME')
  return now[1] * 1000000 + now[2]
end
"""

END = (
    _WALK
    + """
local at = walk(ARGV[2], ARGV[1])
local open = redis.call('HMGET', KEYS[1], 'epoch', 'base', 'seq')
if open[1] == ARGV[1] and open[2] == at then at = open[3] end
return {at, string.format('%.0f', microseconds())}
"""
)
"""KEYS: the user. ARGV: epoch, base. Returns where the chain ends, and the time."""

CHAIN = (
    _WALK
    + """
local found = {}
local function take(key) found[#found + 1] = redis.call('HGETALL', key) end
local at = walk(ARGV[2], ARGV[1], take)
local open = redis.call('HMGET', KEYS[1], 'epoch', 'base')
if ARGV[3] == '1' and open[1] == ARGV[1] and open[2] == at then take(KEYS[1]) end
return {string.format('%.0f', microseconds()), found}
"""
)
"""KEYS: the user. ARGV: epoch, base, 1 for the open one, too. Returns the time and the chain."""

PUSH = (
    _WALK
    + f"""
local user, epoch, base, start, seq = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
if microseconds() - tonumber(ARGV[7]) > {FRESH} * 1000000 then return start end
local at = walk(base, epoch)
local open = redis.call('HMGET', KEYS[1], 'epoch', 'base', 'seq')
local goes_on = open[1] == epoch and open[2] == at
if goes_on then at = open[3] end
if at ~= start then return at end
if not goes_on then
  if open[1] then
    local newer = tonumber(open[1]) - tonumber(epoch)
    if newer > 0 or (newer == 0 and tonumber(open[3]) >= tonumber(seq)) then return open[3] end
  end
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'epoch', epoch, 'base', start)
end
local names = 9 + 2 * tonumber(ARGV[8])
for place = 9, names - 1, 2 do
  local sum = redis.call('HINCRBY', KEYS[1], ARGV[place], ARGV[place + 1])
  if sum == 0 then redis.call('HDEL', KEYS[1], ARGV[place]) end
end
for place = names, #ARGV, 2 do
  redis.call('HSET', KEYS[1], ARGV[place], ARGV[place + 1])
end
redis.call('HSET', KEYS[1], 'seq', seq, 'as_of', ARGV[6])
redis.call('ZADD', KEYS[2], 'NX', string.format('%.0f', microseconds()), user)
return seq
"""
)
"""Add a delta that leads from `start` to `seq`, unless something else is there.

KEYS: the user, who waits. ARGV: user, epoch, base, start, seq, as_of, time of reading, how many
amounts; fields and amounts; fields and names. Returns up to where the figures are held now.

An open segment that does not go on from the base is left from an older one, and is dropped; not so
one that is newer than this writer knows.
"""

SEAL = """
local base = redis.call('HGET', KEYS[1], 'base')
if not base then return 0 end
redis.call('RENAME', KEYS[1], KEYS[1] .. ':' .. base)
redis.call('SADD', KEYS[1] .. ':sealed', base)
return 1
"""
"""KEYS: the user. What is added from now on is a segment of its own."""

RETIRE = (
    _WALK
    + f"""
local epoch, base, astray = tonumber(ARGV[2]), tonumber(ARGV[3]), 0
local needed = {{}}
local at = walk(ARGV[3], ARGV[2], function(key) needed[key] = true end)
local function past(key)
  local head = redis.call('HMGET', key, 'epoch', 'base', 'seq')
  if needed[key] or not head[1] or tonumber(head[1]) > epoch then return false end
  if tonumber(head[1]) == epoch and tonumber(head[2]) >= base then return false end
  if tonumber(head[3]) > base then astray = 1 end
  return true
end
for _, start in ipairs(redis.call('SMEMBERS', KEYS[1] .. ':sealed')) do
  local key = KEYS[1] .. ':' .. start
  if redis.call('EXISTS', key) == 0 then
    redis.call('SREM', KEYS[1] .. ':sealed', start)
  elseif redis.call('TTL', key) < 0 and past(key) then
    redis.call('EXPIRE', key, {KEPT})
  end
end
if past(KEYS[1]) then redis.call('DEL', KEYS[1]) end
if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('ZREM', KEYS[2], ARGV[1]) end
return astray
"""
)
"""Let go of what the base has, once readers of older moments have ended.

KEYS: the user, who waits. ARGV: user, epoch, base. Returns 1 when a segment reaches beyond the base
and does not go on from it: its events must be taken from the outbox. What is newer than this base
is left alone.
"""

DROP = """
for _, start in ipairs(redis.call('SMEMBERS', KEYS[1] .. ':sealed')) do
  redis.call('DEL', KEYS[1] .. ':' .. start)
end
redis.call('DEL', KEYS[1], KEYS[1] .. ':sealed', KEYS[1] .. ':moves')
redis.call('ZREM', KEYS[2], ARGV[1])
return 1
"""
"""KEYS: the user, who waits. ARGV: user. Nothing of the user stays."""

CARD = f"""
local key = KEYS[1] .. ':moves'
redis.call('ZREMRANGEBYSCORE', key, ARGV[1], ARGV[1])
redis.call('ZADD', key, ARGV[1], ARGV[1] .. ' ' .. ARGV[2])
redis.call('ZREMRANGEBYRANK', key, 0, -1 - tonumber(ARGV[3]))
redis.call('EXPIRE', key, {24 * 3600})
return 1
"""
"""KEYS: the user. ARGV: seq, delta card, how many are kept."""
