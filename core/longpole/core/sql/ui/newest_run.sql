-- When the newest run started, whatever the time range; no row where there is none.
SELECT toUnixTimestamp64Nano(Start) AS StartNs
FROM traces
WHERE Project = {project:String} AND IsDeleted = 0
ORDER BY Start DESC
LIMIT 1
