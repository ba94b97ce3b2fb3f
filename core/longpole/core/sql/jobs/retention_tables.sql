-- Tables that hold rows of projects by day or month of the event, and the column that says when.
-- Unfinished counts changes that still run, Failure says why one does not get to its end.
SELECT
    name AS Table,
    extract(partition_key, '^to(?:Date|YYYYMM)\\((\\w+)\\)$') AS Time,
    Unfinished,
    Failure
FROM system.tables
LEFT JOIN
(
    SELECT table AS name, count() AS Unfinished, max(latest_fail_reason) AS Failure
    FROM system.mutations
    WHERE database = currentDatabase() AND NOT is_done
    GROUP BY table
) AS changes USING name
WHERE database = currentDatabase()
    AND (name IN {tables:Array(String)} OR startsWith(name, 'otel_metrics_'))
    AND endsWith(engine, 'MergeTree')
ORDER BY name
