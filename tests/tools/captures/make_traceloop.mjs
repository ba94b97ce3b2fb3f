// @traceloop/node-server-sdk: decorated workflow, agent, tool and task around OpenAI calls.
import { load } from "./tracing_command.mjs";

const [baseUrl, otlp] = process.argv.slice(2);
const traceloop = load("@traceloop/node-server-sdk");
const OpenAI = load("openai").default;
const { OTLPTraceExporter } = load("@opentelemetry/exporter-trace-otlp-proto");
traceloop.initialize({
  appName: "capture-app",
  exporter: new OTLPTraceExporter({ url: `${otlp}/v1/traces` }),
  disableBatch: false,
  traceloopSyncEnabled: false,
  silenceInitializationMessage: true,
  instrumentModules: { openAI: OpenAI },
});
const client = new OpenAI({ apiKey: "fake", baseURL: `${baseUrl}/v1`, maxRetries: 0 });
const messages = [{ role: "user", content: "Weather in Paris?" }];
const known = { session_id: "sess-42", user_id: "user-7" };

await traceloop.withAssociationProperties(known, () => traceloop.withWorkflow({ name: "weather_workflow" }, async () => {
  await traceloop.withAgent({ name: "weather_agent" }, async () => {
    await client.chat.completions.create({ model: "gpt-4o-mini", messages });
    await traceloop.withTool({ name: "get_weather" }, async () => "sunny");
    const stream = await client.chat.completions.create({ model: "gpt-4o-mini", messages, stream: true, stream_options: { include_usage: true } });
    for await (const chunk of stream) void chunk;
  });
  await traceloop.withTask({ name: "embed" }, () => client.embeddings.create({ model: "text-embedding-3-small", input: ["sunny", "rainy"], encoding_format: "float" }));
  await client.responses.create({ model: "gpt-5-mini", input: "Weather in Paris?" });
  await client.chat.completions.create({ model: "fail-model", messages }).catch(() => null);
}));
await traceloop.forceFlush();
