-- A trace's paths are found by its id when they are replaced and when the trace is shown.
ALTER TABLE path_sections ADD INDEX IF NOT EXISTS idx_trace_id TraceId TYPE bloom_filter(0.001) GRANULARITY 1
