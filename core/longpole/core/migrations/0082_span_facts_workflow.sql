ALTER TABLE span_facts
    ADD COLUMN IF NOT EXISTS Workflow LowCardinality(String) COMMENT 'of the span, or the nearest around it' AFTER UserId
