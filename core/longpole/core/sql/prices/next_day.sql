-- The first day after another that has traces to price anew; empty when there is none.
SELECT ifNull(toString(minOrNull(toDate(Start))), '') AS Day
FROM traces
WHERE
    ({project:String} = '' OR Project = {project:String})
    AND Start >= fromUnixTimestamp64Nano({since_ns:Int64})
    AND toString(toDate(Start)) > {day:String}
