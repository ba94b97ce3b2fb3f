-- Time on the critical path by step; one entry of `Parts` is one step of one trace. Edges are read
-- from the sections, which say which service was called: rows from before it was stored say ''.
SELECT * FROM (
    SELECT
        toString($split) AS Split, toString(OfStep) AS Row, toString(OfService) AS Service,
        toString(OfAgent) AS Agent, toString(OfStep) AS Step, toString(OfKind) AS Kind,
        toString(OfPart) AS Part, count() AS Traces, sum(Ns) AS SumNs,
        sum(pow(Ns / 1e6, 2)) AS SquaresMs, sum(Turns) AS Calls
    FROM ($selected)
    ARRAY JOIN
        PartService AS OfService, PartAgent AS OfAgent, PartStep AS OfStep, PartKind AS OfKind,
        PartName AS OfPart, PartNs AS Ns, PartTurns AS Turns
    WHERE OfPart != 'edge'
    GROUP BY Split, OfService, OfAgent, OfStep, OfKind, OfPart
    UNION ALL
    SELECT
        OfTraces AS Split, if(OfPeer = '', OfStep, concat(OfService, ' → ', OfPeer)) AS Row,
        OfService AS Service, OfAgent AS Agent, OfStep AS Step, OfKind AS Kind, 'edge' AS Part,
        count() AS Traces, sum(OfTraceNs) AS SumNs, sum(pow(OfTraceNs / 1e6, 2)) AS SquaresMs,
        sum(OfTraceCalls) AS Calls
    FROM (
        SELECT
            toString($split) AS OfTraces, toString(AtService) AS OfService,
            toString(AtAgent) AS OfAgent, toString(AtStep) AS OfStep, toString(AtKind) AS OfKind,
            toString(AtPeer) AS OfPeer, cityHash64(TraceId, RootSpanId) AS Path,
            sum(toInt64(AtEnd - AtStart)) AS OfTraceNs, uniqExact(AtSpan) AS OfTraceCalls
        FROM ($selected)
        ARRAY JOIN
            SectionService AS AtService, SectionAgent AS AtAgent, SectionStep AS AtStep,
            SectionKind AS AtKind, SectionPeer AS AtPeer, SectionPart AS AtPart,
            SectionStart AS AtStart, SectionEnd AS AtEnd, SectionSpan AS AtSpan
        WHERE has(PartName, 'edge') AND AtPart = 'edge'
        GROUP BY OfTraces, OfService, OfAgent, OfStep, OfKind, OfPeer, Path
    )
    GROUP BY OfTraces, OfService, OfAgent, OfStep, OfKind, OfPeer
)
ORDER BY SumNs DESC, Service, Agent, Step, Kind, Part, Row, Split
LIMIT {limit:UInt32}
