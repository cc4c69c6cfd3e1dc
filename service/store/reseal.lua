-- The same contents under another key, unless they moved on.
--
-- KEYS  1 contact   2 journal
-- ARGV  1 the record as it was; '': leave it   2 the record as it shall be   3.. entry as it was, as it shall be, from the oldest on
-- Answers 1: done. 0: the record moved on, look again.

if ARGV[1] ~= '' then
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
  end
  redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
end
for entry = 3, #ARGV, 2 do
  local place = math.floor((entry - 3) / 2)
  if redis.call('LINDEX', KEYS[2], place) == ARGV[entry] and ARGV[entry] ~= ARGV[entry + 1] then
    redis.call('LSET', KEYS[2], place, ARGV[entry + 1])
  end
end
return 1
