// @arizeai/openinference-instrumentation-anthropic for JavaScript over the Anthropic SDK. The SDK's
// own spans are left on: a released pair of instrumentations of one call.
import { load, start } from "./tracing_command.mjs";

const [baseURL, otlp] = process.argv.slice(2);
const provider = start(otlp);
const { AnthropicInstrumentation } = load("@arizeai/openinference-instrumentation-anthropic");
const { trace } = load("@opentelemetry/api");
const Anthropic = load("@anthropic-ai/sdk");
const instrumentation = new AnthropicInstrumentation();
instrumentation.setTracerProvider(provider);
instrumentation.manuallyInstrument(Anthropic.default ?? Anthropic);
const client = new (Anthropic.default ?? Anthropic)({ apiKey: "fake", baseURL, maxRetries: 0 });
const asked = { model: "claude-sonnet-4-5", max_tokens: 100, messages: [{ role: "user", content: "Weather in Paris?" }] };
const input_schema = { type: "object", properties: { city: { type: "string" } } };

await trace.getTracer("app").startActiveSpan("app-root", async (root) => {
  await client.messages.create(asked);
  for await (const event of await client.messages.create({ ...asked, stream: true })) void event;
  await new Promise((done) => setTimeout(done, 50));
  await client.messages.create({ ...asked, tools: [{ name: "get_weather", input_schema }] });
  await client.messages.create({ ...asked, model: "fail-model" }).catch(() => null);
  root.end();
});
await provider.forceFlush();
await provider.shutdown();
