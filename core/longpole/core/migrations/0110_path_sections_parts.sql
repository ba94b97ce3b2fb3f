-- What a path as a whole is selected by, and the labels above each section. Rows from before this
-- migration have no variant and no stack until their traces are assembled again.
ALTER TABLE path_sections
    ADD COLUMN IF NOT EXISTS `Sections.Stack` Array(LowCardinality(String)) DEFAULT arrayMap(one -> '', Sections.SpanId) COMMENT 'labels from the root to the span, joined by ;' CODEC(ZSTD(1)) AFTER `Sections.Model`,
    ADD COLUMN IF NOT EXISTS IsMain UInt8 DEFAULT 1 COMMENT 'whether it is the main root of its trace',
    ADD COLUMN IF NOT EXISTS Workflow LowCardinality(String),
    ADD COLUMN IF NOT EXISTS Agent LowCardinality(String),
    ADD COLUMN IF NOT EXISTS VariantText LowCardinality(String) COMMENT 'steps in order, repeats folded',
    ADD COLUMN IF NOT EXISTS Variant LowCardinality(String) MATERIALIZED if(VariantText = '', '', lower(hex(sipHash64(VariantText))))
