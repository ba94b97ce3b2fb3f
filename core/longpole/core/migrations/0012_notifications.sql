-- Every attempt to tell somebody.
CREATE TABLE notifications (
    Project LowCardinality(String),
    IncidentId String,
    Receiver String,
    AttemptedAt DateTime64(3),
    Delivered Bool,
    StatusCode UInt16,
    Error String
) ENGINE = MergeTree
ORDER BY (Project, IncidentId, Receiver, AttemptedAt)
