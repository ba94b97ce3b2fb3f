-- The paths that a selection without a band is about; part of other statements.
SELECT
    TraceId, RootSpanId, RootName, Start, DurationNs, Service, Environment, Release, Workflow,
    Variant, VariantText, '' AS Band,
    `Parts.Service` AS PartService, `Parts.Agent` AS PartAgent, `Parts.Step` AS PartStep,
    `Parts.Kind` AS PartKind, `Parts.Part` AS PartName, `Parts.Ns` AS PartNs, `Parts.Turns` AS PartTurns,
    `Sections.Phase` AS SectionPhase, `Sections.Model` AS SectionModel,
    `Sections.Stack` AS SectionStack, `Sections.Step` AS SectionStep, `Sections.Part` AS SectionPart,
    `Sections.Service` AS SectionService, `Sections.Agent` AS SectionAgent,
    `Sections.Kind` AS SectionKind, `Sections.Peer` AS SectionPeer, `Sections.SpanId` AS SectionSpan,
    `Sections.StartNs` AS SectionStart, `Sections.EndNs` AS SectionEnd
FROM path_sections FINAL
WHERE $where
