-- What is due in one shard, pushed on and never taken out: whoever dies with it, the lease offers it again.
--
-- KEYS  1 due
-- ARGV  1 due until this instant   2 at most so many   3 when the lease ends
-- Answers {id, score, id, score ...}, oldest first.

local found = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'WITHSCORES', 'LIMIT', 0, ARGV[2])
for place = 1, #found, 2 do
  redis.call('ZADD', KEYS[1], 'XX', ARGV[3], found[place])
end
return found
