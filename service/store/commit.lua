-- One turn, all or nothing. Every key is in the hash slot of one shard, so this is as atomic on a Redis Cluster.
--
-- KEYS  1 contact  the record: 10 random characters and 6 of the run are its version, then the sealed contact
--       2 seen     the sealed reply to this message; absent: the message was not answered yet
--       3 journal  a list of sealed entries, kept for ever
--       4 said     the messages whose replies are kept, by when they came: what DELETE must find
--       5 due      when each contact of the shard must be woken next
-- ARGV  1 the version this turn was made from; '' when there was no record
--       2 the random part of the new version   3 the sealed record   4 days to keep it; '0': for ever
--       5 the message; '': nothing is answered   6 the sealed reply   7 seconds to keep it
--       8 contact id   9 when it is due; '': never   10 '1': drop all other replies
--       11 '1': a wake, which ends all doubt: the record is this run's   12.. sealed journal entries
--
-- Answers {'seen', reply}: answered before, nothing changed. {'stale'}: the record moved on, step again.
-- {'done', the new version}.

local message = ARGV[5]
local seen = message ~= '' and redis.call('GET', KEYS[2])
if seen then
  return {'seen', seen}
end
local record = redis.call('GET', KEYS[1])
if (record and string.sub(record, 1, 16) or '') ~= ARGV[1] then
  return {'stale'}
end

-- The record first: a full Redis refuses it, and then nothing else is done.
local of = record and ARGV[11] == '0' and string.match(record, '^..........(%w%w%w%w%w%w)') or run
record = ARGV[2] .. of .. ARGV[3]
if ARGV[4] == '0' then
  redis.call('SET', KEYS[1], record)
else
  redis.call('SET', KEYS[1], record, 'EX', ARGV[4] * 86400)
end
if ARGV[9] == '' then
  redis.call('ZREM', KEYS[5], ARGV[8])
else
  redis.call('ZADD', KEYS[5], ARGV[9], ARGV[8])
end
for entry = 12, #ARGV do
  redis.call('RPUSH', KEYS[3], ARGV[entry])
end

if ARGV[10] == '1' then
  local prefix = string.sub(KEYS[2], 1, #KEYS[2] - #message)
  for _, before in ipairs(redis.call('ZRANGE', KEYS[4], 0, -1)) do
    redis.call('DEL', prefix .. before)
  end
  redis.call('DEL', KEYS[4])
end
if message ~= '' then
  local now = tonumber(redis.call('TIME')[1])
  redis.call('SET', KEYS[2], ARGV[6], 'EX', ARGV[7])
  redis.call('ZADD', KEYS[4], now, message)
  redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', now - ARGV[7])
  redis.call('EXPIRE', KEYS[4], ARGV[7])
end
return {'done', string.sub(record, 1, 16)}
