-- What questions across many traces read: the sections summed by step, one short array entry each.
-- `gap` is time of an agent or chain in which no child ran, `edge` the way to a callee and back,
-- `work` the rest. Derived here, so that whoever writes sections need not; rows from before are
-- derived when they are read. sumMap drops keys that sum to zero, hence one more for each section.
ALTER TABLE path_sections
    ADD COLUMN IF NOT EXISTS `Sections.Part` Array(LowCardinality(String)) MATERIALIZED
        arrayMap((phase, kind) -> multiIf(phase = 'edge', 'edge',
            phase IN ('lead', 'between', 'tail') AND kind IN ('agent', 'chain'), 'gap', 'work'),
            `Sections.Phase`, `Sections.Kind`),
    ADD COLUMN IF NOT EXISTS `Sections.PartNumber` Array(UInt32) MATERIALIZED
        arrayEnumerateDense(`Sections.Service`, `Sections.Agent`, `Sections.Step`, `Sections.Kind`, `Sections.Part`),
    ADD COLUMN IF NOT EXISTS `Parts.Service` Array(LowCardinality(String)) MATERIALIZED
        arrayFilter((x, n) -> n = 1, `Sections.Service`, arrayEnumerateUniq(`Sections.PartNumber`)),
    ADD COLUMN IF NOT EXISTS `Parts.Agent` Array(LowCardinality(String)) MATERIALIZED
        arrayFilter((x, n) -> n = 1, `Sections.Agent`, arrayEnumerateUniq(`Sections.PartNumber`)),
    ADD COLUMN IF NOT EXISTS `Parts.Step` Array(LowCardinality(String)) MATERIALIZED
        arrayFilter((x, n) -> n = 1, `Sections.Step`, arrayEnumerateUniq(`Sections.PartNumber`)),
    ADD COLUMN IF NOT EXISTS `Parts.Kind` Array(LowCardinality(String)) MATERIALIZED
        arrayFilter((x, n) -> n = 1, `Sections.Kind`, arrayEnumerateUniq(`Sections.PartNumber`)),
    ADD COLUMN IF NOT EXISTS `Parts.Part` Array(LowCardinality(String)) MATERIALIZED
        arrayFilter((x, n) -> n = 1, `Sections.Part`, arrayEnumerateUniq(`Sections.PartNumber`)),
    ADD COLUMN IF NOT EXISTS `Parts.Ns` Array(Int64) MATERIALIZED
        arrayMap((ns, n) -> toInt64(ns - n),
            arrayReduce('sumMap', [`Sections.PartNumber`], [arrayMap((a, b) -> toInt64(b - a + 1), `Sections.StartNs`, `Sections.EndNs`)]).2,
            arrayReduce('sumMap', [`Sections.PartNumber`], [arrayMap(a -> toInt64(1), `Sections.StartNs`)]).2),
    ADD COLUMN IF NOT EXISTS `Parts.Turns` Array(UInt32) MATERIALIZED
        arrayMap((turns, n) -> toUInt32(turns - n),
            arrayReduce('sumMap', [`Sections.PartNumber`], [arrayMap(u -> toInt64(if(u = 1, 2, 1)), arrayEnumerateUniq(`Sections.PartNumber`, `Sections.SpanId`))]).2,
            arrayReduce('sumMap', [`Sections.PartNumber`], [arrayMap(a -> toInt64(1), `Sections.StartNs`)]).2)
