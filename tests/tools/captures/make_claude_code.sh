#!/bin/sh
# npm @anthropic-ai/claude-code in print mode; "Ask a helper ..." makes a subagent read a file, "Read weather.txt ..." reads it itself.
# Arguments: provider URL, OTLP URL, the claude program, the prompt. Everything else is cut off from the run.
set -e
work=$(mktemp -d)
home=$(mktemp -d)
cd "$work"
echo "sunny" > weather.txt
env -i PATH=/usr/bin:/bin HOME="$home" CLAUDE_CONFIG_DIR="$home/.claude" \
  ANTHROPIC_API_KEY=fake ANTHROPIC_BASE_URL="$1" \
  CLAUDE_CODE_ENABLE_TELEMETRY=1 CLAUDE_CODE_ENHANCED_TELEMETRY_BETA=1 \
  OTEL_TRACES_EXPORTER=otlp OTEL_LOGS_EXPORTER=otlp OTEL_METRICS_EXPORTER=otlp \
  OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf OTEL_EXPORTER_OTLP_ENDPOINT="$2" \
  OTEL_TRACES_EXPORT_INTERVAL=300 OTEL_LOGS_EXPORT_INTERVAL=300 CLAUDE_CODE_OTEL_FLUSH_TIMEOUT_MS=9000 CLAUDE_CODE_OTEL_SHUTDOWN_TIMEOUT_MS=9000 \
  OTEL_LOG_USER_PROMPTS=1 OTEL_LOG_TOOL_DETAILS=1 \
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 DISABLE_AUTOUPDATER=1 \
  "$3" -p "$4" --model claude-sonnet-4-5 --allowedTools Read,Task,Agent
rm -rf "$work" "$home"
