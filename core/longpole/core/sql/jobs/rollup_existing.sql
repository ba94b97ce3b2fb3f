-- Keys that already have a non-empty row in some buckets.
SELECT Project, Service, Agent, Step, Operation, Model, Kind, toUnixTimestamp(Bucket) AS Bucket
FROM step_rollup_5m FINAL
WHERE Bucket >= toDateTime({from_s:Int64}) AND Bucket < toDateTime({to_s:Int64})
    AND toUnixTimestamp(Bucket) IN {buckets:Array(Int64)} AND Calls > 0
