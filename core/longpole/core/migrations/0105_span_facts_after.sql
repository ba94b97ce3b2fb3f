-- Which spans of its trace each waited for, and how that is known: data, link, order or assumed.
ALTER TABLE span_facts
    ADD COLUMN IF NOT EXISTS AfterSpanIds Array(String) CODEC(ZSTD(1)) AFTER ToolName,
    ADD COLUMN IF NOT EXISTS AfterEvidence Array(LowCardinality(String)) CODEC(ZSTD(1)) AFTER AfterSpanIds
