-- Every project that is known: by a decision of an operator, by a key, or because data came for it.
SELECT
    name,
    max(spans_per_s) AS spans_per_s,
    max(retention_days) AS retention_days
FROM
(
    SELECT Project AS name, SpansPerS AS spans_per_s, RetentionDays AS retention_days
    FROM projects FINAL
    UNION ALL
    SELECT toString(Project), 0, 0 FROM api_keys
    UNION ALL
    SELECT DISTINCT toString(Project), 0, 0 FROM ingest_ledger
)
WHERE name != ''
GROUP BY name
ORDER BY name
