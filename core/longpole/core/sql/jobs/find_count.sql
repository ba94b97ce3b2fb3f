-- How many spans of a time range there are for the finders.
SELECT count() AS Spans
FROM span_facts
WHERE Start >= fromUnixTimestamp64Nano({from_ns:Int64})
    AND Start < fromUnixTimestamp64Nano({to_ns:Int64})
