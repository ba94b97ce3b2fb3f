-- Projects that have traces or model calls told by metrics, or from which anything was accepted;
-- all of them, whichever is asked for.
SELECT DISTINCT Project
FROM (
    SELECT DISTINCT Project FROM traces
    UNION ALL
    SELECT DISTINCT Project FROM metric_rollup_5m
    UNION ALL
    SELECT DISTINCT Project FROM ingest_ledger WHERE Outcome IN ('accepted', 'stored')
)
WHERE Project != '' AND {project:String} = ''
ORDER BY Project
LIMIT 1000
