-- The service that was called, for sections of phase edge, else ''.
ALTER TABLE path_sections
    ADD COLUMN IF NOT EXISTS `Sections.Peer` Array(LowCardinality(String)) DEFAULT arrayMap(one -> '', Sections.SpanId) CODEC(ZSTD(1)) AFTER `Sections.Model`
