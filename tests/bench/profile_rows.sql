-- Agent runs straight into path_sections: plan, then 1 to 4 turns of search and think, then answer,
-- with a gap of the agent before each call. 4 in 100 runs have two turns more; release 2 thinks longer.
INSERT INTO path_sections (
    Project, RootName, Start, TraceId, RootSpanId, DurationNs, Service, Environment, Release,
    Agent, VariantText, Version, `Sections.SpanId`, `Sections.StartNs`, `Sections.EndNs`, `Sections.Phase`,
    `Sections.Evidence`, `Sections.Kind`, `Sections.Service`, `Sections.Agent`, `Sections.Step`,
    `Sections.Operation`, `Sections.Model`, `Sections.Stack`
)
WITH
    cityHash64(number, {seed:UInt64}) AS h,
    h % 8 AS operation,
    1 + h % 3 + if(intDiv(h, 7) % 25 = 0, 2, 0) AS turns,
    toString(1 + toUInt8(intDiv(number * 2, {traces:UInt64}))) AS release,
    range(2 * turns + 2) AS calls,
    arrayFlatten(arrayMap(c -> [c, c], calls)) AS call,
    arrayMap(i -> i % 2 = 0, range(length(call))) AS gap,
    arrayMap(c -> multiIf(c = 0, 'plan', c = 2 * turns + 1, 'answer', c % 2 = 1, 'search', 'think'), call) AS step,
    arrayMap((s, g, i) -> toInt64(if(g, 1, multiIf(s = 'search', 40, s = 'think', if(release = '2', 45, 40), 60))
        * (500000 + cityHash64(h, i) % 1000000)), step, gap, range(length(call))) AS lasted,
    toInt64({from_ns:Int64} + number * intDiv(86400000000000, {traces:UInt64})) AS began,
    arrayMap(t -> began + t, arrayCumSum(lasted)) AS ends
SELECT
    'default', concat('agent run ', toString(operation)), fromUnixTimestamp64Nano(began),
    lower(hex(cityHash64(h, 1)) || hex(cityHash64(h, 2))), lower(hex(h)), arraySum(lasted), 'agents',
    'bench', release, 'helper', 'plan>(search>think)+>answer', 1,
    arrayReverse(arrayMap((c, g) -> lower(hex(if(g, h, h + c + 1))), call, gap)),
    arrayReverse(arrayMap((e, d) -> e - d, ends, lasted)), arrayReverse(ends),
    arrayReverse(arrayMap((g, i) -> multiIf(NOT g, 'self', i = 0, 'lead', 'between'), gap, range(length(call)))),
    arrayMap(g -> 'order', gap),
    arrayReverse(arrayMap((g, s) -> multiIf(g, 'agent', s = 'search', 'tool', 'llm'), gap, step)),
    arrayMap(g -> 'agents', gap), arrayMap(g -> 'helper', gap),
    arrayReverse(arrayMap((g, s) -> if(g, 'helper', s), gap, step)),
    arrayReverse(arrayMap((g, s) -> multiIf(g, 'invoke_agent', s = 'search', 'execute_tool', 'chat'), gap, step)),
    arrayReverse(arrayMap((g, s) -> if(g OR s = 'search', '', 'gpt-4.1'), gap, step)),
    arrayReverse(arrayMap((g, s) -> if(g, 'helper', 'helper;' || s), gap, step))
FROM numbers({first:UInt64}, {rows:UInt64})
