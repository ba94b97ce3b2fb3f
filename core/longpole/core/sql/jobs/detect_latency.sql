-- Five-minute rows of every step and request for the latency detector.
SELECT
    Project, Service, Agent, Step, Operation, Model, Kind,
    toInt64(toUnixTimestamp(Bucket)) AS Bucket,
    Calls, DurationNs, SelfNs, OutputTokens, DurationHist, TtftHist, TpotHist
FROM step_rollup_5m FINAL
WHERE Bucket >= toDateTime({from_s:Int64}) AND Bucket <= toDateTime({now_s:Int64}) AND Calls > 0
