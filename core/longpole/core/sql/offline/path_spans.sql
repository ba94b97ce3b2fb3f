-- What the sweep found of every span of an assembled store.
SELECT TraceId, SpanId, ParentSpanId, Name, IsRoot, PathNs, SelfNs, Flags
FROM span_facts FINAL
ORDER BY Project, TraceId, SpanId
