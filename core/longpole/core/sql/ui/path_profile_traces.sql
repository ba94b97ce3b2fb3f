-- Time on the critical path, which is the root's duration, by what a trace as a whole is.
SELECT
    toString($split) AS Split, toString($row) AS Row, count() AS Traces, sum(toInt64(DurationNs)) AS SumNs,
    sum(pow(DurationNs / 1e6, 2)) AS SquaresMs, count() AS Calls
FROM ($selected)
GROUP BY Split, Row
ORDER BY SumNs DESC, Row, Split
LIMIT {limit:UInt32}
