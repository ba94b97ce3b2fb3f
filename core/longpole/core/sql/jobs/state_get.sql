SELECT Value
FROM job_state
WHERE Job = {job:String} AND Key = {key:String}
ORDER BY UpdatedAt DESC
LIMIT 1
