-- Refreshing, one chain a connection: each answer's refresh token is the next one sent. Arguments: path of the token
-- endpoint, value of Authorization, then a refresh token for each connection.
dofile(os.getenv("BENCH_LOAD") .. "/flow.lua")

function prepare()
  local path, authorization = arguments[1], arguments[2]
  local token = arguments[2 + number]
  steps = {
    {
      ask = function()
        local body = "grant_type=refresh_token&refresh_token=" .. encoded(token)
        return post(path, { Authorization = authorization }, body)
      end,
      good = function(status, _, body)
        local successor = body:match('"refresh_token":"([^"]+)"')
        local rotated = status == 200 and successor ~= nil and successor ~= token
        token = successor or token
        return rotated
      end,
    },
  }
end
