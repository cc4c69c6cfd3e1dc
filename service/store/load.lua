-- A record, and under which run of Redis it is read.  KEYS 1 contact.  Answers {record or nothing, run}.
return {redis.call('GET', KEYS[1]), run}
