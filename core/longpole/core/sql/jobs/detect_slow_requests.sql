-- Requests of a root service in a period, nearest to `wanted` first.
SELECT TraceId
FROM traces FINAL
WHERE Project = {project:String}
    AND Start >= fromUnixTimestamp64Milli({from_ms:Int64} - 86400000)
    AND Start < fromUnixTimestamp64Milli({to_ms:Int64})
    AND intDiv(toUnixTimestamp64Nano(Start) + toInt64(DurationNs), 1000000)
        BETWEEN {from_ms:Int64} AND {to_ms:Int64}
    AND Service = {service:String}
    AND DurationNs >= {least:Float64} AND DurationNs <= {most:Float64}
ORDER BY abs(DurationNs - {wanted:Float64}), TraceId
LIMIT {limit:UInt32}
