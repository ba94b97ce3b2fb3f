-- Incidents, open ones first, the largest and newest first among them. Empty text: any.
SELECT * EXCEPT (Version)
FROM findings FINAL
WHERE Project = {project:String}
    AND ({state:String} = '' OR State = {state:String})
    AND ({incident:String} = '' OR IncidentId = {incident:String})
ORDER BY
    State = 'firing' DESC, State = 'pending' DESC,
    Severity = 'critical' DESC, Severity = 'warning' DESC, Onset DESC, IncidentId
LIMIT {limit:UInt32} OFFSET {offset:UInt64}
