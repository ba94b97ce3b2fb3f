-- The path variants of each root operation, from {from_ns:Int64} to {split_ns:Int64} and from there
-- (IsRecent) to {to_ns:Int64}. Variants with fewer than {rare:UInt32} traces are one row without a
-- name; traces from before variants were stored are left out.
SELECT
    Project, Service, Agent, RootName, IsRecent, if(Both < {rare:UInt32}, '', Variant) AS Name,
    if(Name = '', '', any(VariantText)) AS Text, sum(Traces) AS Traces, sum(SumNs) AS SumNs,
    sum(Priced) AS Priced, sum(SumUsd) AS SumUsd, min(FirstNs) AS FirstNs, max(LastNs) AS LastNs,
    any(Examples) AS ExampleTraces
FROM (
    SELECT *, sum(Traces) OVER (PARTITION BY Project, Service, Agent, RootName, Variant) AS Both
    FROM (
        SELECT
            toString(Project) AS Project, toString(Service) AS Service, toString(Agent) AS Agent,
            toString(RootName) AS RootName, toString(Variant) AS Variant,
            toString(any(VariantText)) AS VariantText,
            Start >= fromUnixTimestamp64Nano({split_ns:Int64}) AS IsRecent,
            count() AS Traces, sum(toFloat64(DurationNs)) AS SumNs, count(CostUsd) AS Priced,
            sum(toFloat64(ifNull(CostUsd, 0))) AS SumUsd,
            toUnixTimestamp64Nano(min(Start)) AS FirstNs, toUnixTimestamp64Nano(max(Start)) AS LastNs,
            groupArray(5)(TraceId) AS Examples
        FROM traces FINAL
        WHERE Start >= fromUnixTimestamp64Nano({from_ns:Int64})
            AND Start < fromUnixTimestamp64Nano({to_ns:Int64})
            AND Variant != ''
        GROUP BY Project, Service, Agent, RootName, Variant, IsRecent
    )
)
GROUP BY Project, Service, Agent, RootName, IsRecent, Name
