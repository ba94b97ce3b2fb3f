-- How many of the named tables exist.
SELECT count() AS Tables
FROM system.tables
WHERE database = currentDatabase() AND name IN {tables:Array(String)} AND {project:String} != ''
