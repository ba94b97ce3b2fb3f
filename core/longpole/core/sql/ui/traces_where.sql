-- The condition all searches of traces share; longpole.ui.search puts it into each of them.
-- Empty text and -1 stand for "any".
WHERE Project = {project:String}
    AND Start >= fromUnixTimestamp64Nano({from_ns:Int64})
    AND Start < fromUnixTimestamp64Nano({to_ns:Int64})
    AND ({service:String} = '' OR has(Services, {service:String}) OR Service = {service:String})
    AND ({agent:String} = '' OR has(Agents, {agent:String}) OR Agent = {agent:String})
    AND ({release:String} = '' OR Release = {release:String})
    AND ({model:String} = '' OR has(Models, {model:String}))
    AND ({step:String} = '' OR has(Steps, {step:String}))
    AND ({environment:String} = '' OR Environment = {environment:String})
    AND ({root_name:String} = '' OR RootName = {root_name:String})
    AND ({variant:String} = '' OR Variant = {variant:String})
    AND ({session:String} = '' OR SessionId = {session:String})
    AND ({user:String} = '' OR UserId = {user:String})
    AND ({status:String} = '' OR IsError = ({status:String} = 'error'))
    AND ({min_ns:Int64} < 0 OR DurationNs >= {min_ns:Int64})
    AND ({max_ns:Int64} < 0 OR DurationNs < {max_ns:Int64})
    AND ({min_usd:Float64} < 0 OR toFloat64(traces.CostUsd) >= {min_usd:Float64})
    AND (
        {q:String} = ''
        OR positionCaseInsensitiveUTF8(RootName, {q:String}) > 0
        OR positionCaseInsensitiveUTF8(Service, {q:String}) > 0
        OR positionCaseInsensitiveUTF8(Agent, {q:String}) > 0
        OR positionCaseInsensitiveUTF8(SessionId, {q:String}) > 0
        OR TraceId = lower({q:String})
        OR arrayExists(name -> positionCaseInsensitiveUTF8(name, {q:String}) > 0, Steps)
        OR arrayExists(name -> positionCaseInsensitiveUTF8(name, {q:String}) > 0, Agents)
    )
