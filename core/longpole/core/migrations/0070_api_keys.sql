-- Keys of senders. The secret is not here, only its hash. The newest version of a row holds; a key
-- that was revoked keeps its row, so that a service that had keys never becomes open again.
CREATE TABLE api_keys (
    KeyId String COMMENT 'public part of the key',
    Hash String COMMENT 'SHA-256 of the whole key, lower-case hex',
    Name String COMMENT 'what people call it',
    Project LowCardinality(String) COMMENT 'where data goes that names no project',
    OtherProjects Array(String) COMMENT 'projects it may name besides; * is any',
    Role LowCardinality(String) COMMENT 'ingest: may send',
    CreatedAt DateTime64(3),
    ExpiresAt Nullable(DateTime64(3)),
    RevokedAt Nullable(DateTime64(3)),
    Version UInt64
) ENGINE = ReplacingMergeTree(Version)
ORDER BY KeyId
