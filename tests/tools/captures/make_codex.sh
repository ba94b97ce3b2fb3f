#!/bin/sh
# npm @openai/codex, `codex exec`: one turn that runs a command and answers; usage is in logs.
# Arguments: provider URL, OTLP URL, the codex program.
set -e
work=$(mktemp -d)
home=$(mktemp -d)
mkdir "$home/codex"
echo "sunny" > "$work/weather.txt"
cat > "$home/codex/config.toml" <<TOML
model = "gpt-5-mini"
model_provider = "fake"
approval_policy = "never"
sandbox_mode = "danger-full-access"
[model_providers.fake]
name = "fake"
base_url = "$1/v1"
wire_api = "responses"
env_key = "FAKE_KEY"
[otel]
environment = "capture"
log_user_prompt = true
exporter = { otlp-http = { endpoint = "$2/v1/logs", protocol = "binary", headers = {} } }
trace_exporter = { otlp-http = { endpoint = "$2/v1/traces", protocol = "binary", headers = {} } }
metrics_exporter = { otlp-http = { endpoint = "$2/v1/metrics", protocol = "binary", headers = {} } }
TOML
cd "$work"
env -i PATH="$PATH" HOME="$home" CODEX_HOME="$home/codex" FAKE_KEY=fake \
  "$3" exec --skip-git-repo-check "Read weather.txt and tell the weather."
rm -rf "$work" "$home"
