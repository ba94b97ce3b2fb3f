-- The paths of a selection with the band each is in; part of other statements. A band is true, not
-- cumulative: from one percentile of the durations of the same root operation to below another.
-- quantilesExact takes the value at floor(level * count) of the sorted durations, so that bands side
-- by side share no trace and leave none out.
SELECT
    TraceId, RootSpanId, RootName, Start, DurationNs, Service, Environment, Release, Workflow,
    Variant, VariantText,
    ['p0-p20', 'p20-p40', 'p40-p60', 'p60-p80', 'p80-p95', 'p95-p99', 'p99-p100'][
        1 + arrayCount(bound -> DurationNs >= bound, arraySlice(Bounds, 3))] AS Band,
    `Parts.Service` AS PartService, `Parts.Agent` AS PartAgent, `Parts.Step` AS PartStep,
    `Parts.Kind` AS PartKind, `Parts.Part` AS PartName, `Parts.Ns` AS PartNs, `Parts.Turns` AS PartTurns,
    `Sections.Phase` AS SectionPhase, `Sections.Model` AS SectionModel,
    `Sections.Stack` AS SectionStack, `Sections.Step` AS SectionStep, `Sections.Part` AS SectionPart,
    `Sections.Service` AS SectionService, `Sections.Agent` AS SectionAgent,
    `Sections.Kind` AS SectionKind, `Sections.Peer` AS SectionPeer, `Sections.SpanId` AS SectionSpan,
    `Sections.StartNs` AS SectionStart, `Sections.EndNs` AS SectionEnd
FROM path_sections FINAL
INNER JOIN (
    SELECT
        RootName,
        quantilesExact({low:Float64}, {high:Float64}, 0.2, 0.4, 0.6, 0.8, 0.95, 0.99)(DurationNs) AS Bounds
    FROM path_sections FINAL
    WHERE $where
    GROUP BY RootName
) AS bounds USING (RootName)
WHERE $where
    AND ({low:Float64} = 0 OR DurationNs >= Bounds[1])
    AND ({high:Float64} = 1 OR DurationNs < Bounds[2])
