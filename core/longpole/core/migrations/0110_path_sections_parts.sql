-- What questions across many traces read. `Parts` is derived from the sections, one entry for each
-- step and part, so that a sum over a million paths reads a few short arrays. `gap` is time of an
-- agent or chain in which no child ran, `edge` the way to a callee and back, `work` the rest.
-- Rows from before this migration derive theirs when they are read.
ALTER TABLE path_sections
    ADD COLUMN IF NOT EXISTS `Sections.Stack` Array(LowCardinality(String)) COMMENT 'labels from the root to the span, joined by ;' CODEC(ZSTD(1)) AFTER `Sections.Model`,
    ADD COLUMN IF NOT EXISTS IsMain UInt8 DEFAULT 1 COMMENT 'whether it is the main root of its trace',
    ADD COLUMN IF NOT EXISTS Workflow LowCardinality(String),
    ADD COLUMN IF NOT EXISTS Agent LowCardinality(String),
    ADD COLUMN IF NOT EXISTS VariantText LowCardinality(String) COMMENT 'steps in order, repeats folded',
    ADD COLUMN IF NOT EXISTS Variant LowCardinality(String) MATERIALIZED if(VariantText = '', '', lower(hex(sipHash64(VariantText))))
