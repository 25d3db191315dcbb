-- Asks a server for the lines of a file, in turns; told to wrk after the URL:
--   wrk -s ask.lua URL -- FILE TAG [keyed] [once THREADS]
-- A line may hold REQUEST_ID once: each request has a new id there, which begins with TAG.
-- keyed: each request has a new Idempotency-Key too.
-- once: each line once, and then nothing. THREADS share the lines. (wrk takes the first line of the
-- first thread for a look at it, and doesn't send that.)
-- What was measured is one line of JSON at the end.

local threads = {}

function setup(thread)
   thread:set("place", #threads)
   table.insert(threads, thread)
end

local function ask_once() -- a function of the thread: wrk looks for delay and response after init
   all_asked, shed, failed = false, 0, 0
   function delay() -- milliseconds before the next request
      if asked < #lines then return 0 end
      all_asked = true
      return 3600000
   end
   function response(status, headers)
      if status == 503 and (headers["retry-after"] or headers["Retry-After"]) then
         shed = shed + 1
      elseif status > 299 then
         failed = failed + 1
      end
   end
end

function init(args)
   local words, step = {}, 1
   tag, asked, lines = args[2], 0, {}
   for at = 3, #args do
      words[args[at]] = true
      if args[at] == "once" then step = tonumber(args[at + 1]) end
   end
   local number = 0
   for line in io.lines(args[1]) do
      if number % step == place % step then
         local from, to = line:find("REQUEST_ID", 1, true)
         if from then
            table.insert(lines, {line:sub(1, from - 1), line:sub(to + 1)})
         else
            table.insert(lines, {line})
         end
      end
      number = number + 1
   end
   if words.once then ask_once() end
   keyed = words.keyed
   head = {["Content-Type"] = "application/json", ["Host"] = wrk.headers["Host"]}
end

function request()
   local line = lines[asked % #lines + 1]
   asked = asked + 1
   local body = line[1]
   local id = string.format("%s-%d-%d", tag, place, asked)
   if line[2] then body = body .. id .. line[2] end
   if keyed then head["Idempotency-Key"] = id end
   return wrk.format("POST", nil, head, body)
end

function done(summary, latency)
   local errors = summary.errors
   local all, shed, failed = false, 0, 0
   for _, thread in ipairs(threads) do
      all = all or thread:get("all_asked") or false
      shed = shed + (thread:get("shed") or 0)
      failed = failed + (thread:get("failed") or 0)
   end
   if threads[1]:get("shed") == nil then failed = errors.status end
   io.write(string.format(
      '\n{"requests": %d, "seconds": %.6f, "mean_ms": %.6f, "p50_ms": %.6f, "p99_ms": %.6f, ' ..
      '"shed": %d, "failed": %d, "lost": %d, "all_asked": %s}\n',
      summary.requests, summary.duration / 1e6, latency.mean / 1e3,
      latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
      shed, failed, errors.connect + errors.read + errors.write + errors.timeout, tostring(all)))
end
