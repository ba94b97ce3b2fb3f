-- Whole rows of the spans that may cost something, to be written again with another cost.
SELECT *
FROM span_facts FINAL
WHERE
    Project IN {projects:Array(String)}
    AND TraceId IN {ids:Array(String)}
    AND (Counted OR UsageScope = 'call' OR ReportedCostUsd IS NOT NULL)
