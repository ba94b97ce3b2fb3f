-- Remove what its project keeps no longer from a partition that others still need.
ALTER TABLE {table:Identifier} DELETE IN PARTITION ID {partition:String}
WHERE
    toUInt16(toDate({time:Identifier}))
    < transform(Project, {projects:Array(String)}, {first_days:Array(UInt16)}, 0)
SETTINGS mutations_sync = 1
