-- Requests to price history anew, and how far each has got. The newest version of a row holds.
CREATE TABLE cost_repricings (
    RepricingId String,
    Project LowCardinality(String) COMMENT 'empty: every project',
    SinceNs Int64 COMMENT 'traces that start then or later',
    State LowCardinality(String) COMMENT 'waiting, running, done or failed',
    Day String COMMENT 'day of the last trace that is done, YYYY-MM-DD; empty: none yet',
    AfterProject String COMMENT 'the last trace that is done of that day',
    AfterNs Int64,
    AfterTrace String,
    Traces UInt64 COMMENT 'traces looked at',
    ChangedSpans UInt64,
    OldUsd Float64 COMMENT 'what the changed spans that count cost before',
    NewUsd Float64 COMMENT 'what they cost now',
    Failure String,
    RequestedNs Int64,
    UpdatedNs Int64,
    Version UInt64
) ENGINE = ReplacingMergeTree(Version)
ORDER BY RepricingId
