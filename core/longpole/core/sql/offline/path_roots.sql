-- How much ran side by side below the main root of each trace, and when all of it was done.
SELECT TraceId, RootSpanId, WorkNs, CompletionNs
FROM traces FINAL
ORDER BY Project, TraceId
