/**
 * What a function of `pre-function` finds around it: the part of Kong's plugin development kit that reads the
 * request, answers and sets headers, in terms of one host function `__host(what, ...)` that takes and gives plain
 * values. `__compile` and `__run` are called from outside. An answer leaves the function by yielding, so that
 * nothing behind it runs, whatever protected calls it stands in.
 */
export const LUA_PRELUDE = `
local host, programs = __host, {}
__host = nil

local function lines(text)
  local list = {}
  for line in (text .. "\\n"):gmatch("([^\\n]*)\\n") do list[#list + 1] = line end
  return list
end

local quoted = { ['"'] = '\\\\"', ["\\\\"] = "\\\\\\\\", ["\\n"] = "\\\\n", ["\\r"] = "\\\\r", ["\\t"] = "\\\\t", ["/"] = "\\\\/" }
local function quote(text)
  return '"' .. text:gsub('[%c"\\\\/]', function(c) return quoted[c] or ("\\\\u%04x"):format(c:byte()) end) .. '"'
end

local function json(value)
  if type(value) == "string" then return quote(value) end
  if type(value) ~= "table" then return tostring(value) end
  local parts = {}
  if #value > 0 then
    for _, item in ipairs(value) do parts[#parts + 1] = json(item) end
    return "[" .. table.concat(parts, ",") .. "]"
  end
  for key, item in pairs(value) do parts[#parts + 1] = quote(tostring(key)) .. ":" .. json(item) end
  return "{" .. table.concat(parts, ",") .. "}"
end

local function each(headers, set)
  for name, value in pairs(headers or {}) do
    if type(value) ~= "table" then value = { value } end
    for _, one in ipairs(value) do set(name, tostring(one)) end
  end
end

local function reads(names)
  local readers = {}
  for _, name in ipairs(names) do readers[name] = function(arg) return host("read", name, arg) end end
  return readers
end

local request = reads({ "get_scheme", "get_host", "get_port", "get_forwarded_scheme", "get_forwarded_host",
  "get_forwarded_port", "get_http_version", "get_method", "get_path", "get_raw_path", "get_path_with_query",
  "get_raw_query", "get_query_arg", "get_header" })
function request.get_headers()
  local headers, list = {}, lines(host("read", "get_headers"))
  for i = 1, #list - 1, 2 do
    local name, value = list[i], list[i + 1]
    local known = headers[name]
    if known == nil then headers[name] = value
    elseif type(known) == "table" then known[#known + 1] = value
    else headers[name] = { known, value } end
  end
  return setmetatable(headers, { __index = function(t, key)
    return rawget(t, tostring(key):lower():gsub("_", "-"), nil)
  end })
end

local response = {}
function response.set_header(name, value)
  host("answer_header_clear", name)
  each({ [name] = value }, function(key, one) host("answer_header", key, one) end)
end
function response.add_header(name, value) host("answer_header", name, tostring(value)) end
function response.clear_header(name) host("answer_header_clear", name) end
function response.set_headers(headers) for name, value in pairs(headers) do response.set_header(name, value) end end
function response.exit(status, body, headers)
  if type(status) ~= "number" then error("code must be a number", 2) end
  each(headers, function(name, value) host("exit_header", name, value) end)
  if type(body) == "table" then host("exit_json", status, json(body))
  else host("exit", status, body) end
  coroutine.yield("exit")
end
function response.error(status, message, headers)
  if type(status) ~= "number" then error("code must be a number", 2) end
  each(headers, function(name, value) host("exit_header", name, value) end)
  host("exit_error", status, type(message) == "table" and json(message) or message)
  coroutine.yield("exit")
end

local upstream = {}
function upstream.set_header(name, value) host("upstream_header", name, tostring(value)) end
function upstream.clear_header(name) host("upstream_header", name) end
upstream.add_header = upstream.set_header
function upstream.set_headers(headers) for name, value in pairs(headers) do upstream.set_header(name, value) end end

local service = { request = upstream }
function service.set_target(name, port)
  if type(name) ~= "string" then error("host must be a string", 2) end
  if type(port) ~= "number" or math.floor(port) ~= port then error("port must be an integer", 2) end
  if port < 0 or port > 65535 then error("port must be an integer between 0 and 65535: given " .. port, 2) end
  host("target", name, port)
end

local function nothing() end
local log = setmetatable({}, { __index = function() return nothing end, __call = nothing })
local function entity(what)
  return function()
    local id = host("read", what .. "_id")
    return id and { id = id, name = host("read", what .. "_name") } or nil
  end
end
local client = { get_ip = function() return host("read", "get_ip") end }
client.get_forwarded_ip = client.get_ip

local kong = {
  version = "3.9.1", request = request, response = response, log = log, client = client,
  service = service, ctx = { shared = {}, plugin = {} },
  router = { get_route = entity("route"), get_service = entity("service") },
}
local ngx = {
  null = setmetatable({}, { __tostring = function() return "null" end }), ctx = {}, log = nothing,
  ERR = 4, WARN = 5, NOTICE = 6, INFO = 7, DEBUG = 8, HTTP_OK = 200, HTTP_NOT_FOUND = 404,
  var = setmetatable({}, { __index = function(_, name) return host("variable", name) end, __newindex = nothing }),
}
function ngx.exit(status) response.exit(status) end

local function copy(t) return setmetatable({}, { __index = t }) end
local function environment()
  return {
    kong = kong, ngx = ngx, assert = assert, error = error, ipairs = ipairs, next = next, pairs = pairs,
    pcall = pcall, xpcall = xpcall, select = select, tonumber = tonumber, tostring = tostring, type = type,
    unpack = table.unpack, _VERSION = "Lua 5.1", setmetatable = setmetatable, getmetatable = getmetatable,
    rawget = rawget, rawset = rawset, rawequal = rawequal, print = nothing, string = copy(string),
    table = copy(table), math = copy(math), coroutine = copy(coroutine), os = { time = os.time, date = os.date, clock = os.clock },
  }
end

function __compile(id, count, ...)
  local functions = {}
  for i = 1, count do
    local compiled, problem = load((select(i, ...)), "=pre-function", "t", environment())
    if not compiled then programs[id] = function() error(problem, 0) end return end
    functions[i] = compiled
  end
  local started = {}
  programs[id] = function()
    for i = 1, count do
      if started[i] then functions[i]()
      else
        started[i] = true
        local result = functions[i]()
        if type(result) == "function" then
          functions[i] = result
          result()
        end
      end
    end
  end
end

function __forget(id) programs[id] = nil end

function __run(id)
  kong.ctx.shared = {}
  ngx.ctx = {}
  local thread = coroutine.create(programs[id])
  local passed, what = coroutine.resume(thread)
  return passed and "" or tostring(what)
end
`;
