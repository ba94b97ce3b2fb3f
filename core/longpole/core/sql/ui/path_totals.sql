-- How many traces are selected, and how long they took.
SELECT
    toString($split) AS Split, count() AS Traces, sum(toInt64(DurationNs)) AS SumNs,
    sum(pow(DurationNs / 1e6, 2)) AS SquaresMs,
    toUnixTimestamp64Nano(min(Start)) AS FirstNs, toUnixTimestamp64Nano(max(Start)) AS LastNs
FROM ($selected)
GROUP BY Split
ORDER BY Split
