-- The time on the path of each main root by step, kind and phase.
SELECT
    paths.TraceId AS TraceId, section.1 AS Step, section.2 AS Kind, section.3 AS Phase,
    sum(section.5 - section.4) AS PathNs
FROM
(
    SELECT TraceId, RootSpanId, Sections.Step, Sections.Kind, Sections.Phase, Sections.StartNs,
        Sections.EndNs
    FROM path_sections FINAL
) AS paths
INNER JOIN
(
    SELECT TraceId, RootSpanId FROM traces FINAL
) AS main ON paths.TraceId = main.TraceId AND paths.RootSpanId = main.RootSpanId
ARRAY JOIN arrayZip(
    Sections.Step, Sections.Kind, Sections.Phase, Sections.StartNs, Sections.EndNs
) AS section
GROUP BY TraceId, Step, Kind, Phase
ORDER BY TraceId, PathNs DESC, Step, Kind, Phase
