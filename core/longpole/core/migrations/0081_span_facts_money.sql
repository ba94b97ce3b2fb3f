-- What a price needs and where a cost came from, and the phases of the model call.
ALTER TABLE span_facts
    ADD COLUMN IF NOT EXISTS CacheWrite1hTokens Nullable(UInt64) CODEC(ZSTD(1)) AFTER ReasoningTokens,
    ADD COLUMN IF NOT EXISTS InputAudioTokens Nullable(UInt64) CODEC(ZSTD(1)) AFTER CacheWrite1hTokens,
    ADD COLUMN IF NOT EXISTS InputImageTokens Nullable(UInt64) CODEC(ZSTD(1)) AFTER InputAudioTokens,
    ADD COLUMN IF NOT EXISTS OutputAudioTokens Nullable(UInt64) CODEC(ZSTD(1)) AFTER InputImageTokens,
    ADD COLUMN IF NOT EXISTS OutputImageTokens Nullable(UInt64) CODEC(ZSTD(1)) AFTER OutputAudioTokens,
    ADD COLUMN IF NOT EXISTS ServiceTier LowCardinality(String) AFTER OutputImageTokens,
    ADD COLUMN IF NOT EXISTS CostInputUsd Nullable(Decimal(18, 9)) CODEC(ZSTD(1)) AFTER CostUsd,
    ADD COLUMN IF NOT EXISTS CostOutputUsd Nullable(Decimal(18, 9)) CODEC(ZSTD(1)) AFTER CostInputUsd,
    ADD COLUMN IF NOT EXISTS ComputedCostUsd Nullable(Decimal(18, 9)) COMMENT 'by price list, also where a reported cost holds' CODEC(ZSTD(1)) AFTER CostSource,
    ADD COLUMN IF NOT EXISTS PriceSource LowCardinality(String) COMMENT 'list and version behind the computed cost' AFTER ComputedCostUsd,
    ADD COLUMN IF NOT EXISTS ReportedInputCostUsd Nullable(Decimal(18, 9)) CODEC(ZSTD(1)) AFTER ReportedCostUsd,
    ADD COLUMN IF NOT EXISTS ReportedOutputCostUsd Nullable(Decimal(18, 9)) CODEC(ZSTD(1)) AFTER ReportedInputCostUsd,
    ADD COLUMN IF NOT EXISTS TtftSource LowCardinality(String) AFTER TtftS,
    ADD COLUMN IF NOT EXISTS QueueS Nullable(Float64) CODEC(ZSTD(1)) AFTER TpotS,
    ADD COLUMN IF NOT EXISTS PrefillS Nullable(Float64) CODEC(ZSTD(1)) AFTER QueueS,
    ADD COLUMN IF NOT EXISTS DecodeS Nullable(Float64) CODEC(ZSTD(1)) AFTER PrefillS
