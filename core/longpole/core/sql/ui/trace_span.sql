-- The facts of one span of an assembled trace.
SELECT *, toUnixTimestamp64Nano(Start) AS StartNs
FROM span_facts FINAL
WHERE Project = {project:String} AND TraceId = {trace:String} AND SpanId = {span:String}
