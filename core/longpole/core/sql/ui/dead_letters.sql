-- Requests that the store refused, those still kept first, the newest first.
SELECT
    Spool, Id, Project, Signal, Items, Bytes,
    substringUTF8(toValidUTF8(d.Reason), 1, 2000) AS Reason,
    toUnixTimestamp64Milli(ReceivedAt) AS ReceivedMs,
    toUnixTimestamp64Milli(RefusedAt) AS RefusedMs,
    State, count() OVER () AS Letters
FROM dead_letters AS d FINAL
WHERE Project = {project:String}
ORDER BY State = 'kept' DESC, RefusedAt DESC, Spool, Id
LIMIT {limit:UInt32}
