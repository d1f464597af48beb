-- The code flow: authorize as somebody who is signed in, then redeem the code. Arguments: path of the authorization
-- request, value of Cookie, path of the token endpoint, value of Authorization, the token request without its code.
dofile(os.getenv("BENCH_LOAD") .. "/flow.lua")

function prepare()
  local authorize_path, cookie, token_path, authorization, fields = unpack(arguments)
  local authorize = get(authorize_path, { Cookie = cookie })
  local code
  steps = {
    {
      ask = function() return authorize end,
      good = function(status, headers)
        code = header(headers, "location"):match("[?&]code=([^&]+)")
        return (status == 303 or status == 302) and code ~= nil
      end,
    },
    {
      ask = function()
        return post(token_path, { Authorization = authorization }, fields .. "&code=" .. code)
      end,
      good = function(status, _, body)
        return status == 200 and body:find('"access_token"', 1, true) ~= nil
          and body:find('"refresh_token"', 1, true) ~= nil
      end,
    },
  }
end
