-- Clocks of senders against ours. A span that ends after it arrived shows a clock that runs ahead at
-- least so much; arrival times are cut to the millisecond. Durations of years are no evidence.
WITH
    toUnixTimestamp64Nano(Start) + toInt64(DurationNs) AS EndNs,
    toUnixTimestamp64Milli(IngestedAt) * 1000000 AS ArrivedNs
SELECT
    Service, Process, count() AS Spans,
    greatest(max(EndNs - ArrivedNs) - 1000000, 0) AS AheadNs,
    quantile(0.5)(ArrivedNs - EndNs) AS DelayNs,
    toUnixTimestamp64Milli(max(IngestedAt)) AS LastMs
FROM spans
WHERE Project = {project:String}
    AND Start >= fromUnixTimestamp64Nano({from_ns:Int64})
    AND Start < fromUnixTimestamp64Nano({to_ns:Int64})
    AND DurationNs < 100000000000000000
GROUP BY Service, Process
ORDER BY AheadNs DESC, Spans DESC, Service, Process
LIMIT 100
SETTINGS max_rows_to_read = 50000000, read_overflow_mode = 'break'
