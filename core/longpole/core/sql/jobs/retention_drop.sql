-- Drop a part. It is named, not its day: what arrives for that day meanwhile is in another part.
ALTER TABLE {table:Identifier} DROP PART {part:String}
