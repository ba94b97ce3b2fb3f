// npm ai over its released OpenAI and Anthropic providers: what reaches the spans is the providers'
// own names and their own way of counting cached tokens.
import { loadModule, start } from "./tracing_command.mjs";

const [url, otlp, majorText] = process.argv.slice(2);
const major = Number(majorText);
const provider = start(otlp);
const ai = await loadModule("ai");
const { z } = await loadModule("zod");
const { createOpenAI } = await loadModule("@ai-sdk/openai");
const { createAnthropic } = await loadModule("@ai-sdk/anthropic");
const openai = createOpenAI({ apiKey: "fake", baseURL: `${url}/v1` });
const anthropic = createAnthropic({ apiKey: "fake", baseURL: `${url}/v1` });

let told = { experimental_telemetry: { isEnabled: true, functionId: "weather-agent", metadata: { sessionId: "sess-42", userId: "user-7" } } };
if (major >= 7) {
  const { OpenTelemetry } = await loadModule("@ai-sdk/otel");
  ai.registerTelemetry(new OpenTelemetry({ usage: true, runtimeContext: true, providerMetadata: true }));
  told = {
    telemetry: { isEnabled: true, functionId: "weather-agent", includeRuntimeContext: { sessionId: true, userId: true } },
    runtimeContext: { sessionId: "sess-42", userId: "user-7" },
  };
}
const schema = z.object({ city: z.string() });
const get_weather = ai.tool({ description: "Weather of a city", parameters: schema, inputSchema: schema, execute: async () => "sunny" });
const steps = major === 4 ? { maxSteps: 3 } : { stopWhen: ai.stepCountIs(3) };
const asked = { prompt: "Weather in Paris?", maxRetries: 0, ...told };
const pause = () => new Promise((done) => setTimeout(done, 10));

await ai.generateText({ model: anthropic("claude-sonnet-4-5"), tools: { get_weather }, ...steps, ...asked });
await pause();
const stream = ai.streamText({ model: anthropic("claude-sonnet-4-5"), ...asked });
for await (const part of stream.textStream) void part;
await pause();
await ai.generateText({ model: openai.chat("gpt-4o-mini"), ...asked });
await pause();
await ai.generateText({ model: openai.responses("gpt-5-mini"), ...asked });
await pause();
const embedding = (openai.textEmbeddingModel ?? openai.embeddingModel)("text-embedding-3-small");
await ai.embed({ model: embedding, value: "sunny", maxRetries: 0, ...told });
await pause();
await ai.generateText({ model: anthropic("fail-model"), ...asked }).catch(() => null);
await provider.forceFlush();
await provider.shutdown();
