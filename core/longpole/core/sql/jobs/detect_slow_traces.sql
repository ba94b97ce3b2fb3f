-- Calls of a key in a period, the ones whose value is nearest to `wanted` first; one a trace.
WITH multiIf(
    {metric:String} = 'ttft', ifNull(TtftS, 0) * 1e9,
    {metric:String} = 'tpot', ifNull(TpotS, 0) * 1e9,
    toFloat64(DurationNs)
) AS Value
SELECT TraceId
FROM span_facts
WHERE Project = {project:String}
    AND Start >= fromUnixTimestamp64Milli({from_ms:Int64} - 86400000)
    AND Start < fromUnixTimestamp64Milli({to_ms:Int64})
    AND intDiv(toUnixTimestamp64Nano(Start) + toInt64(DurationNs), 1000000)
        BETWEEN {from_ms:Int64} AND {to_ms:Int64}
    AND Service = {service:String} AND Agent = {agent:String} AND Step = {step:String}
    AND Operation = {operation:String} AND Model = {model:String}
    AND Value >= {least:Float64} AND Value <= {most:Float64}
ORDER BY abs(Value - {wanted:Float64}), TraceId
LIMIT 1 BY TraceId
LIMIT {limit:UInt32}
