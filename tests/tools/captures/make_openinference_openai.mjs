// @arizeai/openinference-instrumentation-openai for JavaScript, with session, user, tags and metadata.
import { load, start } from "./tracing_command.mjs";

const [baseUrl, otlp] = process.argv.slice(2);
const provider = start(otlp);
const { OpenAIInstrumentation } = load("@arizeai/openinference-instrumentation-openai");
const core = load("@arizeai/openinference-core");
const { context, trace } = load("@opentelemetry/api");
const OpenAI = load("openai").default;
const instrumentation = new OpenAIInstrumentation();
instrumentation.setTracerProvider(provider);
instrumentation.manuallyInstrument(OpenAI);

const client = new OpenAI({ apiKey: "fake", baseURL: `${baseUrl}/v1`, maxRetries: 0 });
const messages = [{ role: "user", content: "Weather in Paris?" }];
const parameters = { type: "object", properties: { city: { type: "string" } } };
const tools = [{ type: "function", function: { name: "get_weather", parameters } }];

let told = core.setSession(context.active(), { sessionId: "sess-42" });
told = core.setUser(told, { userId: "user-7" });
told = core.setTags(told, ["t1"]);
told = core.setMetadata(told, { plan: "free" });
await context.with(told, () => trace.getTracer("app").startActiveSpan("app-root", async (root) => {
  await client.chat.completions.create({ model: "gpt-4o-mini", messages });
  const stream = await client.chat.completions.create({ model: "gpt-4o-mini", messages, stream: true, stream_options: { include_usage: true } });
  for await (const chunk of stream) void chunk;
  await new Promise((done) => setTimeout(done, 50));
  await client.chat.completions.create({ model: "gpt-4o-mini", messages, tools });
  await client.embeddings.create({ model: "text-embedding-3-small", input: ["sunny", "rainy"], encoding_format: "float" });
  await client.responses.create({ model: "gpt-5-mini", input: "Weather in Paris?" });
  await client.chat.completions.create({ model: "fail-model", messages }).catch(() => null);
  root.end();
}));
await provider.forceFlush();
await provider.shutdown();
