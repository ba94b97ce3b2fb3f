-- Attempts to tell somebody about an incident, the newest first.
SELECT Receiver, AttemptedAt, Delivered, StatusCode, Error
FROM notifications
WHERE Project = {project:String} AND IncidentId = {incident:String}
ORDER BY AttemptedAt DESC
LIMIT 100
