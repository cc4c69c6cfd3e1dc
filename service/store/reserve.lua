-- Sending slots, one after the other, for everybody who sends.
--
-- KEYS  1 pace: the first instant that is still free
-- ARGV  1 now   2 how many   3 seconds for each
-- Answers the first instant, as text: a number would lose its fraction.

local first = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), tonumber(ARGV[1]))
local free = first + ARGV[2] * ARGV[3]
-- It ends when it means nothing any more; so a clock that was far ahead does not hold everybody back for ever.
redis.call('SET', KEYS[1], string.format('%.6f', free), 'PX', math.ceil((free - ARGV[1]) * 1000) + 1)
return string.format('%.6f', first)
