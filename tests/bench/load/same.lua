-- The same request again and again. Arguments: method, path, value of Authorization (or "-"), body, text that a good
-- answer (200) holds, media type of the body.
dofile(os.getenv("BENCH_LOAD") .. "/flow.lua")

function prepare()
  local method, path, authorization, body, expected, media_type = unpack(arguments)
  local headers = {}
  if authorization ~= "-" then headers["Authorization"] = authorization end
  local text = method == "GET" and get(path, headers) or post(path, headers, body, media_type)
  steps = {
    {
      ask = function() return text end,
      good = function(status, _, answer) return status == 200 and answer:find(expected, 1, true) ~= nil end,
    },
  }
end
