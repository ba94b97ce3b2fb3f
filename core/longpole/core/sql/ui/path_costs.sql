-- Money of the counted calls of the selected traces, by the rows of a profile; `OffPathUsd` is what
-- calls cost that nobody waited for.
SELECT
    toString($split) AS Split, $keys
    toFloat64(sum(Usd)) AS CostUsd, toFloat64(sumIf(Usd, PathNs = 0)) AS OffPathUsd
FROM (
    SELECT
        TraceId, Service AS OfService, Agent AS OfAgent, Step AS OfStep, Kind AS OfKind,
        Model AS OfModel, CostUsd AS Usd, PathNs
    FROM span_facts FINAL
    WHERE Project = {project:String} AND Counted AND CostUsd IS NOT NULL
        AND Start >= fromUnixTimestamp64Nano({from_ns:Int64})
        AND Start < fromUnixTimestamp64Nano({to_ns:Int64}) + INTERVAL 1 DAY
) AS facts
INNER JOIN (
    SELECT TraceId, RootName, Start, Service, Environment, Release, Workflow, Variant, Band
    FROM ($selected)
) AS chosen USING (TraceId)
GROUP BY ALL
SETTINGS do_not_merge_across_partitions_select_final = 1
