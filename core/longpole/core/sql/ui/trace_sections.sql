-- The critical path of each root of one trace. Root names and times come from its spans, so that
-- the primary key finds the few rows; no names given means that there are too many to list.
SELECT
    RootSpanId, DurationNs, toUnixTimestamp64Nano(Start) AS RootStartNs,
    `Sections.SpanId`, `Sections.StartNs`, `Sections.EndNs`, `Sections.Phase`,
    `Sections.Evidence`, `Sections.Kind`, `Sections.Service`, `Sections.Agent`,
    `Sections.Step`, `Sections.Operation`, `Sections.Model`, `Sections.Peer`
FROM path_sections FINAL
WHERE Project = {project:String}
    AND (empty({names:Array(String)}) OR RootName IN {names:Array(String)})
    AND Start BETWEEN fromUnixTimestamp64Nano({from_ns:Int64})
        AND fromUnixTimestamp64Nano({to_ns:Int64})
    AND TraceId = {trace:String}
