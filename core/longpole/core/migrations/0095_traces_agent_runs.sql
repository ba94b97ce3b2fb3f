ALTER TABLE traces ADD COLUMN IF NOT EXISTS AgentRuns UInt32 DEFAULT 0 COMMENT 'each run once, also where two spans tell of it' AFTER ToolCalls
