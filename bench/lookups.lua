-- For wrk: ask the lookups of a file in turn; with "new" each text is another than any before. Writes a line of JSON.
-- wrk ... -s lookups.lua URL -- FILE [new]

local addresses, asked = {}, 0

function init(arguments)
  for line in io.lines(arguments[1]) do
    addresses[#addresses + 1] = line
  end
  is_new = arguments[2] == "new"
  wrk.headers["Accept"] = "application/sparql-results+json"
end

function request()
  asked = asked + 1
  local address = wrk.path .. "?query=" .. addresses[(asked - 1) % #addresses + 1]
  if is_new then
    address = address .. "%23" .. os.time() .. "-" .. asked -- a comment of SPARQL
  end
  return wrk.format("GET", address)
end

function done(summary, latency, requests)
  local failed = summary.errors.status + summary.errors.read + summary.errors.connect + summary.errors.timeout
  io.write(string.format('{"requests": %d, "seconds": %f, "failed": %d, "median": %f, "p99": %f}\n', summary.requests,
    summary.duration / 1e6, failed, latency:percentile(50) / 1e6, latency:percentile(99) / 1e6))
end
