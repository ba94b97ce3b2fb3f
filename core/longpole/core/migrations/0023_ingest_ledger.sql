-- What became of every item (span, log record, data point) of each spool: for a project and signal,
-- accepted = stored + rejected + waiting. `refused` and `repeated` count requests that were not
-- accepted (again). Each spool keeps its own ledger and copies it here.
CREATE TABLE ingest_ledger (
    Spool String,
    Project LowCardinality(String),
    Signal LowCardinality(String) COMMENT 'traces, logs or metrics',
    Outcome LowCardinality(String) COMMENT 'accepted, stored, rejected, waiting, repeated or refused',
    Reason LowCardinality(String) COMMENT 'why rejected or refused; else empty',
    Items UInt64 COMMENT 'spans, log records or data points; 0 where a request was not read',
    Requests UInt64,
    Bytes UInt64 COMMENT 'of bodies after decompression',
    UpdatedAt DateTime64(3)
) ENGINE = ReplacingMergeTree(UpdatedAt)
ORDER BY (Spool, Project, Signal, Outcome, Reason)
