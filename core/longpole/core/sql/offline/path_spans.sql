-- What the sweep found of every span of an assembled store.
SELECT TraceId, SpanId, ParentSpanId, Name, IsRoot, PathNs, SelfNs, SlackNs, DragNs,
    Flags
FROM span_facts FINAL
ORDER BY Project, TraceId, SpanId
