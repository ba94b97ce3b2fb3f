ALTER TABLE spans ADD COLUMN EndsBeforeStart Bool COMMENT 'its end was before its start; the duration is kept as 0' AFTER IsError
