-- Open incidents of all projects, and those resolved in the last two days (they may reopen).
SELECT *
FROM findings FINAL
WHERE State != 'resolved' OR ResolvedAt > fromUnixTimestamp64Milli({now_ms:Int64}) - INTERVAL 2 DAY
