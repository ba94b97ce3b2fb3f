// The Anthropic TypeScript SDK's own spans: the same calls as make_anthropic_sdk.py.
import { loadModule, start } from "./tracing_command.mjs";

const [baseURL, otlp] = process.argv.slice(2);
const provider = start(otlp);
const { default: Anthropic } = await loadModule("@anthropic-ai/sdk");
const { betaTool } = await loadModule("@anthropic-ai/sdk/helpers/beta/json-schema");
const client = new Anthropic({
  apiKey: "fake",
  baseURL,
  maxRetries: 0,
  openTelemetry: { traces: { contentMode: "content" } },
});
const asked = { model: "claude-sonnet-4-5", max_tokens: 100, messages: [{ role: "user", content: "Weather in Paris?" }] };
const get_weather = betaTool({
  name: "get_weather",
  description: "The weather of a city.",
  inputSchema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  run: () => "sunny",
});

await client.messages.create(asked, { openTelemetry: { conversationId: "conv-9" } });
for await (const event of await client.messages.create({ ...asked, stream: true })) void event;
await client.messages.stream(asked).finalMessage();
await client.messages.countTokens({ model: asked.model, messages: asked.messages });
await client.beta.messages.toolRunner({ ...asked, tools: [get_weather] }).runUntilDone();
await client.messages.create({ ...asked, model: "fail-model" }).catch(() => null);
await provider.forceFlush();
await provider.shutdown();
