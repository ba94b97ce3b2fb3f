-- What jobs remember between passes (watermarks).
CREATE TABLE job_state (
    Job LowCardinality(String),
    Key String,
    Value String,
    UpdatedAt DateTime64(6)
) ENGINE = ReplacingMergeTree(UpdatedAt)
ORDER BY (Job, Key)
