-- One turn, all or nothing. Every key is in the hash slot of one shard, so this is as atomic on a Redis Cluster.
--
-- KEYS  1 contact  the record: 16 characters of version, then the sealed contact
--       2 seen     the sealed reply to this message; absent: the message was not answered yet
--       3 journal  a list of sealed entries
-- ARGV  1 the version this turn was made from; '' when there was no record
--       2 the new record, its new version in front
--       3 days to keep record and journal after this turn; '0': for ever
--       4 the sealed reply   5 seconds to keep it   6.. sealed journal entries
--
-- Answers {'seen', reply}: answered before, nothing changed. {'stale'}: the record moved on, step again. {'done'}.

local seen = redis.call('GET', KEYS[2])
if seen then
  return {'seen', seen}
end
local record = redis.call('GET', KEYS[1])
if (record and string.sub(record, 1, 16) or '') ~= ARGV[1] then
  return {'stale'}
end

local seconds = tonumber(ARGV[3]) * 86400
if seconds > 0 then
  redis.call('SET', KEYS[1], ARGV[2], 'EX', seconds)
else
  redis.call('SET', KEYS[1], ARGV[2])
end
redis.call('SET', KEYS[2], ARGV[4], 'EX', ARGV[5])
for entry = 6, #ARGV do
  redis.call('RPUSH', KEYS[3], ARGV[entry])
end
if seconds > 0 then
  redis.call('EXPIRE', KEYS[3], seconds)
else
  redis.call('PERSIST', KEYS[3])
end
return {'done'}
