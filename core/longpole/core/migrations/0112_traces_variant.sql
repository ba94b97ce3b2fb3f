ALTER TABLE traces
    ADD COLUMN IF NOT EXISTS VariantText LowCardinality(String) COMMENT 'steps on the path of the main root, repeats folded' AFTER PathKindNs,
    ADD COLUMN IF NOT EXISTS Variant LowCardinality(String) MATERIALIZED if(VariantText = '', '', lower(hex(sipHash64(VariantText)))) AFTER VariantText
