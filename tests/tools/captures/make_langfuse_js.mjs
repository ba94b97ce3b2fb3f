// @langfuse/otel with @langfuse/tracing and @langfuse/openai: an agent with a tool, a retriever,
// generations by hand and by the OpenAI wrapper, an embedding and a failure.
import { load, loadModule, start } from "./tracing_command.mjs";

const [baseUrl, otlp] = process.argv.slice(2);
const { LangfuseSpanProcessor } = load("@langfuse/otel");
const langfuse = new LangfuseSpanProcessor({ publicKey: "pk", secretKey: "sk", baseUrl: otlp, exportMode: "batched", flushInterval: 60 });
const { NodeTracerProvider } = load("@opentelemetry/sdk-trace-node");
const { resourceFromAttributes } = load("@opentelemetry/resources");
const provider = new NodeTracerProvider({ resource: resourceFromAttributes({ "service.name": "capture-app" }), spanProcessors: [langfuse] });
provider.register();
const tracing = load("@langfuse/tracing");
const { observeOpenAI } = load("@langfuse/openai");
const OpenAI = load("openai").default;
const messages = [{ role: "user", content: "Weather in Paris?" }];
const client = (name) => observeOpenAI(new OpenAI({ apiKey: "fake", baseURL: `${baseUrl}/v1`, maxRetries: 0 }), name ? { generationName: name } : {});
const typed = { asType: "agent" };

async function run(agent) {
  tracing.updateActiveTrace?.({ name: "weather", sessionId: "sess-42", userId: "user-7", tags: ["t1"] });
  agent.update({ input: "Weather in Paris?" });
  await tracing.startActiveObservation("search", async (span) => span.update({ input: "Paris", output: ["doc"] }), { asType: "retriever" });
  await tracing.startActiveObservation("get_weather", async (span) => span.update({ input: { city: "Paris" }, output: "sunny" }), { asType: "tool" });
  const made = tracing.startObservation("by-hand", {
    model: "claude-sonnet-4-5",
    input: messages,
    completionStartTime: new Date(),
    usageDetails: { input: 40, cache_read_input_tokens: 32, cache_creation_input_tokens: 48, output: 48 },
    costDetails: { input: 0.0003096, output: 0.00072, total: 0.0010296 },
  }, { asType: "generation" });
  made.update({ output: "It is sunny in Paris." }).end();
  await client().chat.completions.create({ model: "gpt-4o-mini", messages });
  const stream = await client("streamed").chat.completions.create({ model: "gpt-4o-mini", messages, stream: true, stream_options: { include_usage: true } });
  for await (const chunk of stream) void chunk;
  await client().responses.create({ model: "gpt-5-mini", input: "Weather in Paris?" });
  tracing.startObservation("emb", { model: "text-embedding-3-small", input: "sunny", usageDetails: { input: 9 } }, { asType: "embedding" }).end();
  await client().chat.completions.create({ model: "fail-model", messages }).catch(() => null);
  agent.update({ output: "sunny" });
}

const agent = () => tracing.startActiveObservation("weather_agent", run, typed);
const told = { sessionId: "sess-42", userId: "user-7", tags: ["t1"], traceName: "weather" };
await (tracing.propagateAttributes ? tracing.propagateAttributes(told, agent) : agent());
await langfuse.forceFlush();
await provider.shutdown();
