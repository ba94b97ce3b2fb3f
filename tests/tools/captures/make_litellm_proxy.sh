#!/bin/sh
# litellm's proxy with callbacks: ["otel"]: a chat, a streamed chat, an Anthropic-shaped call, an
# embedding and a failure, sent with a caller's trace context on the first.
# Arguments: provider URL, OTLP URL, the venv's bin folder.
set -e
work=$(mktemp -d)
cat > "$work/config.yaml" <<YAML
model_list:
  - {model_name: gpt-4o-mini, litellm_params: {model: openai/gpt-4o-mini, api_base: $1/v1, api_key: fake}}
  - {model_name: claude, litellm_params: {model: anthropic/claude-sonnet-4-5, api_base: $1, api_key: fake}}
  - {model_name: embed, litellm_params: {model: openai/text-embedding-3-small, api_base: $1/v1, api_key: fake}}
  - {model_name: fail-model, litellm_params: {model: openai/fail-model, api_base: $1/v1, api_key: fake, max_retries: 0}}
litellm_settings: {callbacks: ["otel"], num_retries: 0}
general_settings: {master_key: sk-capture-5f2b8c1e9d7a4036b1e8c2f5a9d30417}
YAML
cd "$work"
env -i PATH="$PATH" HOME="$work" OTEL_EXPORTER=otlp_http OTEL_ENDPOINT="$2/v1/traces" \
  LITELLM_TELEMETRY=False LITELLM_LOCAL_MODEL_COST_MAP=True NO_DOCS=True \
  "$3/litellm" --config config.yaml --host 127.0.0.1 --port 47311 > log 2>&1 &
proxy=$!
for _ in $(seq 1 90); do
  curl -sf http://127.0.0.1:47311/health/liveliness > /dev/null && break
  sleep 1
done
post() {
  curl -s -o /dev/null "http://127.0.0.1:47311$1" -H 'authorization: Bearer sk-capture-5f2b8c1e9d7a4036b1e8c2f5a9d30417' \
    -H 'content-type: application/json' -H "${3:-x-capture: 1}" -d "$2"
}
said='"messages": [{"role": "user", "content": "Weather in Paris?"}]'
known='"user": "user-7", "metadata": {"session_id": "sess-42", "tags": ["t1"]}'
caller='traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
post /v1/chat/completions "{\"model\": \"gpt-4o-mini\", $said, $known}" "$caller"
post /v1/chat/completions "{\"model\": \"gpt-4o-mini\", $said, \"stream\": true, \"stream_options\": {\"include_usage\": true}}"
post /v1/messages "{\"model\": \"claude\", \"max_tokens\": 100, $said}"
post /v1/embeddings '{"model": "embed", "input": ["sunny", "rainy"]}'
post /v1/chat/completions "{\"model\": \"fail-model\", $said}"
sleep 7
kill -INT "$proxy"
wait "$proxy" || true
tail -3 log
rm -rf "$work"
