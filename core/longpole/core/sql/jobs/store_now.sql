-- The clock that stamps arrivals.
SELECT toUnixTimestamp64Milli(now64(3)) AS NowMs
