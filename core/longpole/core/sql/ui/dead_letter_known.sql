-- Whether a project has a certain dead letter that is still kept.
SELECT count() AS Letters
FROM dead_letters FINAL
WHERE Project = {project:String} AND Spool = {spool:String} AND Id = {letter:String}
    AND State = 'kept'
