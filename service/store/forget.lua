-- Everything of one contact goes.  KEYS 1 contact  2 the prefix of seen  3 journal  4 said  5 due.  ARGV 1 contact id.
-- Answers how many keys there were.
for _, message in ipairs(redis.call('ZRANGE', KEYS[4], 0, -1)) do
  redis.call('DEL', KEYS[2] .. message)
end
redis.call('ZREM', KEYS[5], ARGV[1])
return redis.call('DEL', KEYS[1], KEYS[3], KEYS[4])
