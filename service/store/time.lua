-- The clock of one node, found by a key like everything else.  KEYS 1 any.  Answers {seconds, microseconds}.
return redis.call('TIME')
