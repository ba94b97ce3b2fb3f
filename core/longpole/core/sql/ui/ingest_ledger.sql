-- What became of everything that was sent, over all spools. Requests that were refused before their
-- project was known have none, and belong to nobody else. An empty project asks for all.
SELECT
    Project, Signal, Outcome, substringUTF8(toValidUTF8(l.Reason), 1, 300) AS Reason,
    sum(l.Items) AS Items, sum(l.Requests) AS Requests, sum(l.Bytes) AS Bytes
FROM ingest_ledger AS l FINAL
WHERE {project:String} IN ('', Project) OR Project = ''
GROUP BY Project, Signal, Outcome, Reason
ORDER BY Project, Signal, Outcome, Items DESC, Requests DESC, Reason
LIMIT 20000
