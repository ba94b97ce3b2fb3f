-- Traces by what a step cost them in a period, nearest to `wanted` first (USD, or tokens where no
-- price is known).
SELECT TraceId
FROM
(
    SELECT
        TraceId,
        if(
            {unit:String} = 'usd',
            sum(toFloat64(ifNull(CostUsd, 0))),
            toFloat64(sum(ifNull(InputTokens, 0) + ifNull(OutputTokens, 0)))
        ) AS Value
    FROM span_facts FINAL
    WHERE Project = {project:String}
        AND Start >= fromUnixTimestamp64Milli({from_ms:Int64})
        AND Start < fromUnixTimestamp64Milli({to_ms:Int64})
        AND Service = {service:String} AND Agent = {agent:String} AND Step = {step:String}
        AND Counted
    GROUP BY TraceId
)
WHERE Value BETWEEN {least:Float64} AND {most:Float64}
ORDER BY abs(Value - {wanted:Float64}), TraceId
LIMIT {limit:UInt32}
