-- Time and turns by step of the traces of one band, in groups by a hash of the trace: what a group
-- bootstrap draws from. A stratum is a root operation and a path with its loops taken as one turn.
SELECT
    toString(RootName) AS RootName,
    replaceRegexpAll(VariantText, '[()+]', '') AS Shape,
    toUInt32(cityHash64(TraceId) % {groups:UInt32}) AS Draw,
    toString(OfService) AS Service, toString(OfAgent) AS Agent, toString(OfStep) AS Step,
    toString(OfKind) AS Kind, toString(OfPart) AS Part,
    sum(Ns) AS SumNs, sum(Turns) AS Turns
FROM ($selected)
ARRAY JOIN
    PartService AS OfService, PartAgent AS OfAgent, PartStep AS OfStep, PartKind AS OfKind,
    PartName AS OfPart, PartNs AS Ns, PartTurns AS Turns
GROUP BY RootName, Shape, Draw, OfService, OfAgent, OfStep, OfKind, OfPart
