-- How many log records speak of each trace; a record that was sent twice is one.
SELECT Project, TraceId, uniqExact(SpanId, Timestamp, Id) AS LogFacts
FROM log_facts
WHERE
    Timestamp >= fromUnixTimestamp64Nano({from_ns:Int64})
    AND Timestamp <= fromUnixTimestamp64Nano({to_ns:Int64})
    AND TraceId IN {ids:Array(String)}
GROUP BY Project, TraceId
