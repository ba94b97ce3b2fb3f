-- The condition all questions about many paths share; longpole.ui.architecture.statements puts it
-- into each of them. Empty text stands for "any".
Project = {project:String} AND IsMain
    AND Start >= fromUnixTimestamp64Nano({from_ns:Int64})
    AND Start < fromUnixTimestamp64Nano({to_ns:Int64})
    AND ({root_name:String} = '' OR RootName = {root_name:String})
    AND ({service:String} = '' OR Service = {service:String})
    AND ({environment:String} = '' OR Environment = {environment:String})
    AND ({release:String} = '' OR Release = {release:String})
    AND ({workflow:String} = '' OR Workflow = {workflow:String})
    AND ({variant:String} = '' OR Variant = {variant:String})
    AND ({agent:String} = '' OR Agent = {agent:String} OR has(`Parts.Agent`, {agent:String}))
    AND ({step:String} = '' OR has(`Parts.Step`, {step:String}))
