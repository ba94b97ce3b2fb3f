-- The GenAI records of otel_logs on their way to log_facts; holds nothing. Between the two views, so
-- that an insert of other logs pays for the short one only: the engine prepares a view that is fed
-- by another when the first row comes.
CREATE TABLE genai_logs (
    Project LowCardinality(String),
    IngestedAt DateTime64(3),
    Timestamp DateTime64(9),
    TraceId String,
    SpanId String,
    Id UInt64,
    Event String,
    Producer LowCardinality(String),
    LogAttributes Map(LowCardinality(String), String)
) ENGINE = Null
