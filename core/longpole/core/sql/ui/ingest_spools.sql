-- How each ingest process is doing, the one with the oldest waiting request first. Spools hold the
-- requests of all projects, so {project:String} changes nothing.
SELECT
    Spool, Host, Folder, WaitingRequests, WaitingBytes, LimitBytes, DeadLetters,
    substringUTF8(toValidUTF8(LastError), 1, 2000) AS LastError,
    toUnixTimestamp64Milli(StartedAt) AS StartedMs,
    toUnixTimestamp64Milli(UpdatedAt) AS UpdatedMs,
    if(
        OldestWaitingAt IS NULL, NULL,
        greatest(toUnixTimestamp64Milli(now64(3)) - toUnixTimestamp64Milli(OldestWaitingAt), 0)
    ) AS OldestWaitingAgeMs
FROM ingest_spools FINAL
ORDER BY ifNull(OldestWaitingAgeMs, -1) DESC, UpdatedMs DESC, Spool
LIMIT 200
