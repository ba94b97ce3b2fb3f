-- Time on the critical path by something that several steps of one trace can share.
SELECT
    toString(OfTraces) AS Split, toString(OfRow) AS Row, toString(OfPart) AS Part, count() AS Traces,
    sum(OfTraceNs) AS SumNs, sum(pow(OfTraceNs / 1e6, 2)) AS SquaresMs, sum(OfTraceCalls) AS Calls
FROM (
    SELECT
        $split AS OfTraces, OfRow, OfPart, cityHash64(TraceId, RootSpanId) AS Path,
        sum(Ns) AS OfTraceNs, sum(Turns) AS OfTraceCalls
    FROM ($selected)
    ARRAY JOIN $row AS OfRow, $part AS OfPart, $ns AS Ns, $turns AS Turns
    GROUP BY OfTraces, OfRow, OfPart, Path
)
GROUP BY OfTraces, OfRow, OfPart
ORDER BY SumNs DESC, Row, Part, Split
LIMIT {limit:UInt32}
