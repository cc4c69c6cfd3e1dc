-- Put in front of the scripts that need it. `run`: six characters of this Redis process, others after a restart or a change of
-- master. A record made under another run may not be the last one that was acknowledged. (INFO here takes about 6 microseconds.)
local info = redis.pcall('INFO', 'server')
local run = '000000' -- in this process (the simulator, tests) there is no INFO, and no restart either
if type(info) == 'string' then
  run = string.sub(string.match(info, 'run_id:(%w+)'), 1, 6)
elseif not string.find(tostring(info.err), 'unknown command', 1, true) then
  return info -- a user without +info would never know of a restart
end

