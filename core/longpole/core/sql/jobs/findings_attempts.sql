-- What was tried so far for some incidents.
SELECT
    IncidentId,
    Receiver,
    count() AS Attempts,
    max(Delivered) AS Delivered,
    max(AttemptedAt) AS LastAttemptAt
FROM notifications
WHERE IncidentId IN {ids:Array(String)}
GROUP BY IncidentId, Receiver
