-- How many spans the finders' window holds, and when the first of them began.
SELECT count() AS Spans, toUnixTimestamp64Nano(min(Start)) AS FirstNs
FROM span_facts
WHERE Start >= fromUnixTimestamp64Nano({from_ns:Int64})
    AND Start < fromUnixTimestamp64Nano({to_ns:Int64})
