-- Incidents a receiver may have to be told about: firing, or resolved within a day (their failed
-- messages are still repeated).
SELECT *
FROM findings FINAL
WHERE State = 'firing'
    OR (State = 'resolved' AND ResolvedAt > fromUnixTimestamp64Milli({now_ms:Int64}) - INTERVAL 1 DAY)
ORDER BY DetectedAt
