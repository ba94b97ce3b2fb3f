-- Who spoke which dialect in a time range. Reads 50 million spans at most, so that a very large day
-- does not keep anybody waiting.
SELECT
    Dialect, Service, count() AS Spans, countIf(Kind != 'other') AS GenAiSpans,
    toUnixTimestamp64Milli(max(IngestedAt)) AS LastMs
FROM spans
WHERE Project = {project:String}
    AND Start >= fromUnixTimestamp64Nano({from_ns:Int64})
    AND Start < fromUnixTimestamp64Nano({to_ns:Int64})
GROUP BY Dialect, Service
ORDER BY Spans DESC, Dialect, Service
LIMIT 100
SETTINGS max_rows_to_read = 50000000, read_overflow_mode = 'break'
