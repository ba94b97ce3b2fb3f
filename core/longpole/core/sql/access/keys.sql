-- Every API key ever made, the newest first.
SELECT
    KeyId AS key_id,
    Hash AS hash,
    Name AS name,
    toString(Project) AS project,
    OtherProjects AS other_projects,
    toString(Role) AS role,
    toUnixTimestamp64Nano(CreatedAt) AS created_at_ns,
    toUnixTimestamp64Nano(ExpiresAt) AS expires_at_ns,
    toUnixTimestamp64Nano(RevokedAt) AS revoked_at_ns
FROM api_keys FINAL
ORDER BY CreatedAt DESC, KeyId
