-- Plays a flow over one connection: each step's request is built from the answer to the one before, and each answer is
-- looked at. Loaded by the scripts beside it; runs in wrk, a thread a connection.
--
-- A script sets `steps`, a list of { ask = function() → request, good = function(status, headers, body) → boolean }.
-- Arguments after `--`: milliseconds to warm up, then the script's own.

local ffi = require("ffi")
ffi.cdef [[
  typedef struct { long seconds; long nanos; } bench_moment;
  int clock_gettime(int clock, bench_moment *moment);
]]
local MONOTONIC = 1
local moment = ffi.new("bench_moment")

local function micros()
  ffi.C.clock_gettime(MONOTONIC, moment)
  return tonumber(moment.seconds) * 1e6 + tonumber(moment.nanos) / 1e3
end

-- wrk hands globals of a thread to `done`.
flows, bad, sample = 0, 0, ""
latencies = {}

local at, began, counts_from = 1, nil, nil

local threads = {}
function setup(thread)
  threads[#threads + 1] = thread
  thread:set("number", #threads)
end

function init(args)
  local warm_up = tonumber(args[1])
  arguments = { unpack(args, 2) }
  counts_from = micros() + warm_up * 1e3
  prepare()
end

function request()
  if at == 1 then began = micros() end
  return steps[at].ask()
end

function response(status, headers, body)
  if not steps[at].good(status, headers, body) then
    bad = bad + 1
    if sample == "" then sample = ("step %d was answered %d: %s"):format(at, status, body:sub(1, 300)) end
    at = 1
    return
  end
  at = at + 1
  if at <= #steps then return end
  at = 1
  flows = flows + 1
  if began >= counts_from then latencies[#latencies + 1] = micros() - began end
end

local function percentile(sorted, share)
  return sorted[math.max(1, math.ceil(#sorted * share))] or 0
end

-- One line of JSON.
function done(summary)
  local all, total, wrong, text = {}, 0, 0, ""
  for _, thread in ipairs(threads) do
    total = total + thread:get("flows")
    wrong = wrong + thread:get("bad")
    if text == "" then text = thread:get("sample") end
    for _, latency in ipairs(thread:get("latencies")) do all[#all + 1] = latency end
  end
  table.sort(all)
  local broken = summary.errors
  io.write(('{"flows":%d,"counted":%d,"bad":%d,"broken":%d,"micros":%d,"p50":%d,"p99":%d,"sample":"%s"}\n'):format(
    total, #all, wrong, broken.connect + broken.read + broken.write + broken.timeout, summary.duration,
    percentile(all, 0.5), percentile(all, 0.99), (text:gsub("[%c\"\\]", " "))))
end

-- A header of an answer, whatever its case.
function header(headers, name)
  for key, value in pairs(headers) do
    if key:lower() == name then return value end
  end
  return ""
end

function get(path, headers)
  return wrk.format("GET", path, headers)
end

function post(path, headers, body, media_type)
  headers["Content-Type"] = media_type or "application/x-www-form-urlencoded"
  return wrk.format("POST", path, headers, body)
end

function encoded(text)
  return (text:gsub("[^%w%-%._~]", function(letter) return ("%%%02X"):format(letter:byte()) end))
end
