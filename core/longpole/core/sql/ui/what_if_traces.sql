-- A fair sample of the traces that fit: by a hash of the id, until there are enough traces or spans.
-- `Fitting` counts all that fit.
SELECT * FROM
(
    SELECT
        TraceId, RootSpanId, Spans, toUnixTimestamp64Nano(Start) AS StartNs,
        count() OVER () AS Fitting,
        min(StartNs) OVER () AS FirstNs, max(StartNs) OVER () AS LastNs,
        sum(Spans) OVER (ORDER BY cityHash64(TraceId), TraceId) AS SpansSoFar
    FROM traces FINAL
    WHERE Project = {project:String}
        AND Start >= fromUnixTimestamp64Nano({from_ns:Int64})
        AND Start < fromUnixTimestamp64Nano({to_ns:Int64})
        AND ({service:String} = '' OR has(Services, {service:String}) OR Service = {service:String})
        AND ({root:String} = '' OR RootName = {root:String})
        AND ({release:String} = '' OR Release = {release:String})
)
WHERE SpansSoFar <= {spans:UInt64}
ORDER BY cityHash64(TraceId), TraceId
LIMIT {limit:UInt32}
