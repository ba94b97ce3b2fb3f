-- The sections of every root of an assembled store, latest first within a root.
SELECT
    TraceId, RootSpanId, section.1 AS SpanId, section.2 AS StartNs, section.3 AS EndNs,
    section.4 AS Phase, section.5 AS Evidence
FROM path_sections FINAL
ARRAY JOIN
    arrayZip(
        Sections.SpanId, Sections.StartNs, Sections.EndNs, Sections.Phase, Sections.Evidence
    ) AS section,
    arrayEnumerate(Sections.SpanId) AS place
ORDER BY Project, TraceId, RootSpanId, place
