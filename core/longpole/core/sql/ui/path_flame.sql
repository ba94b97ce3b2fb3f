-- Time on the critical path by the labels from the root down. Rows of before stacks were stored have
-- the root and the step only.
SELECT
    if(OfStack = '', concat(replaceAll(RootName, ';', ','), ';', replaceAll(OfStep, ';', ',')), toString(OfStack)) AS Stack,
    toString(OfPart) AS Part, sum(EndNs - StartNs) AS SumNs, count() AS Sections
FROM ($selected)
ARRAY JOIN
    SectionStack AS OfStack, SectionStep AS OfStep, SectionPart AS OfPart, SectionStart AS StartNs,
    SectionEnd AS EndNs
GROUP BY Stack, OfPart
HAVING SumNs > 0
ORDER BY SumNs DESC, Stack, Part
LIMIT {limit:UInt32}
