-- Puts one entry of the due index right, unless the record moved on: then its commit has.
--
-- KEYS  1 contact   2 due
-- ARGV  1 the version the due was computed from; '': there is no record   2 contact id
--       3 when it is due; '': never   4 an entry up to this instant is right too: who is due now may be under a lease
-- Answers 1: put right. 0: it was right, or the record moved on.

local record = redis.call('GETRANGE', KEYS[1], 0, 15)
if record ~= ARGV[1] then
  return 0
end
local kept = redis.call('ZSCORE', KEYS[2], ARGV[2])
if ARGV[3] == '' then
  return redis.call('ZREM', KEYS[2], ARGV[2])
end
if kept and (math.abs(tonumber(kept) - tonumber(ARGV[3])) < 1 or tonumber(kept) <= tonumber(ARGV[4])) then
  return 0
end
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[2])
return 1
