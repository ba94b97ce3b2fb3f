-- How each ingest process is doing: one row a spool, the newest holds.
CREATE TABLE ingest_spools (
    Spool String,
    Host String,
    Folder String,
    StartedAt DateTime64(3),
    WaitingRequests UInt64,
    WaitingBytes UInt64,
    LimitBytes UInt64 COMMENT 'senders are told to retry beyond it',
    OldestWaitingAt Nullable(DateTime64(3)) COMMENT 'arrival of the oldest request that waits',
    DeadLetters UInt64 COMMENT 'requests the store refused and that are kept',
    LastError String COMMENT 'why storing failed the last time; empty when it works',
    UpdatedAt DateTime64(3)
) ENGINE = ReplacingMergeTree(UpdatedAt)
ORDER BY Spool
