-- Requests that the store refused; their bodies lie in the `dead` folder of the spool.
CREATE TABLE dead_letters (
    Spool String,
    Id String COMMENT 'the name of the file, without its ending',
    Project LowCardinality(String),
    Signal LowCardinality(String),
    Items UInt64,
    Bytes UInt64,
    Reason String,
    ReceivedAt DateTime64(3),
    RefusedAt DateTime64(3),
    State LowCardinality(String) COMMENT 'kept, replayed or dropped',
    UpdatedAt DateTime64(3)
) ENGINE = ReplacingMergeTree(UpdatedAt)
ORDER BY (Spool, Id)
