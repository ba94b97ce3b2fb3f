-- What operators decided for a project. A project without a row has no limit and is kept for ever.
CREATE TABLE projects (
    Project String,
    SpansPerS UInt32 COMMENT 'items (spans, log records, data points) a second; 0: no limit',
    RetentionDays UInt32 COMMENT 'whole days by event time; 0: for ever',
    UpdatedAt DateTime64(6)
) ENGINE = ReplacingMergeTree(UpdatedAt)
ORDER BY Project
