-- A log record can change a trace that has all its spans. Such a row has Spans = 0.
ALTER TABLE trace_arrivals ADD COLUMN Logs UInt32 DEFAULT 0 COMMENT 'rows of log_facts' AFTER Spans
