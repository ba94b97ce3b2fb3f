-- Time on the critical path by step; one entry of `Parts` is one step of one trace.
SELECT
    toString($split) AS Split, toString(OfStep) AS Row, toString(OfService) AS Service,
    toString(OfAgent) AS Agent, toString(OfStep) AS Step, toString(OfKind) AS Kind,
    toString(OfPart) AS Part, count() AS Traces, sum(Ns) AS SumNs,
    sum(pow(Ns / 1e6, 2)) AS SquaresMs, sum(Turns) AS Calls
FROM ($selected)
ARRAY JOIN
    PartService AS OfService, PartAgent AS OfAgent, PartStep AS OfStep, PartKind AS OfKind,
    PartName AS OfPart, PartNs AS Ns, PartTurns AS Turns
GROUP BY Split, OfService, OfAgent, OfStep, OfKind, OfPart
ORDER BY SumNs DESC, Service, Agent, Step, Kind, Part, Split
LIMIT {limit:UInt32}
