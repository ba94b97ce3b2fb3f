-- Incidents a receiver may have to be told about: firing, or resolved within a day (their failed
-- messages are still repeated). What the finders think of as small is not worth a message.
SELECT *
FROM findings FINAL
WHERE NOT (
        Severity = 'info'
        AND Detector IN (
            'serial_siblings', 'repeated_calls', 'uncached_prefix', 'speculative',
            'wasted_branches', 'context_growth', 'loops', 'new_variant'
        )
    )
    AND (State = 'firing'
    OR (State = 'resolved' AND ResolvedAt > fromUnixTimestamp64Milli({now_ms:Int64}) - INTERVAL 1 DAY))
ORDER BY DetectedAt
