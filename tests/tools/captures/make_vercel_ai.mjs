// npm ai: generateText with a tool, streamText, generateObject, embed, and a failing call.
// The providers are ai's own mock models, whose shape of usage follows the major version given.
import { loadModule, start } from "./tracing_command.mjs";

const [otlp, majorText] = process.argv.slice(2);
const major = Number(majorText);
const provider = start(otlp);
const ai = await loadModule("ai");
const mocks = await loadModule("ai/test");
const { z } = await loadModule("zod");

const flat = { inputTokens: 120, outputTokens: 48, totalTokens: 168, cachedInputTokens: 32, reasoningTokens: 16 };
const nested = {
  inputTokens: { total: 120, noCache: 88, cacheRead: 32, cacheWrite: 0 },
  outputTokens: { total: 48, text: 32, reasoning: 16 },
};
const usage = major === 4 ? { promptTokens: 120, completionTokens: 48 } : major === 5 ? flat : nested;
const reason = (word) => (major >= 6 ? { unified: word, raw: word.replace("-", "_") } : word);
const response = { id: "chatcmpl-fake001", modelId: "gpt-4o-mini-2024-07-18", timestamp: new Date(1763800000000) };
const Model = mocks[{ 4: "MockLanguageModelV1", 5: "MockLanguageModelV2", 6: "MockLanguageModelV3", 7: "MockLanguageModelV4" }[major]];
const Embedder = mocks[{ 4: "MockEmbeddingModelV1", 5: "MockEmbeddingModelV2", 6: "MockEmbeddingModelV3", 7: "MockEmbeddingModelV4" }[major]];
const named = { provider: "openai.chat", modelId: "gpt-4o-mini" };

function answer(kind) {
  if (major === 4) {
    const said = kind === "tool"
      ? { toolCalls: [{ toolCallType: "function", toolCallId: "call_1", toolName: "get_weather", args: '{"city":"Paris"}' }] }
      : { text: kind === "object" ? '{"weather":"sunny"}' : "It is sunny in Paris." };
    return { ...said, finishReason: kind === "tool" ? "tool-calls" : "stop", usage, response, rawCall: { rawPrompt: null, rawSettings: {} } };
  }
  const content = kind === "tool"
    ? [{ type: "tool-call", toolCallId: "call_1", toolName: "get_weather", input: '{"city":"Paris"}' }]
    : [{ type: "text", text: kind === "object" ? '{"weather":"sunny"}' : "It is sunny in Paris." }];
  return { content, finishReason: reason(kind === "tool" ? "tool-calls" : "stop"), usage, response, warnings: [] };
}

function chunks() {
  const finish = { type: "finish", finishReason: reason("stop"), usage };
  const head = { type: "response-metadata", ...response };
  if (major === 4) {
    return [head, { type: "text-delta", textDelta: "It is " }, { type: "text-delta", textDelta: "sunny." }, finish];
  }
  const text = (delta) => ({ type: "text-delta", id: "1", delta });
  return [{ type: "stream-start", warnings: [] }, head, { type: "text-start", id: "1" }, text("It is "), text("sunny."), { type: "text-end", id: "1" }, finish];
}

const streamed = () => ({
  stream: ai.simulateReadableStream({ chunks: chunks(), initialDelayInMs: 120, chunkDelayInMs: 20 }),
  rawCall: { rawPrompt: null, rawSettings: {} },
});
const model = (kinds) => {
  let call = 0;
  return new Model({
    ...named,
    defaultObjectGenerationMode: "json",
    supportsStructuredOutputs: true,
    doGenerate: async () => answer(kinds[call++]),
    doStream: async () => streamed(),
  });
};
const embedder = new Embedder({
  provider: "openai.embedding",
  modelId: "text-embedding-3-small",
  maxEmbeddingsPerCall: 10,
  doEmbed: async ({ values }) => ({ embeddings: values.map(() => [0.1, 0.2]), usage: { tokens: 9 * values.length }, warnings: [] }),
});
const failing = new Model({ ...named, modelId: "fail-model", doGenerate: async () => { throw new Error("Rate limit reached"); } });

const legacy = { isEnabled: true, functionId: "weather-agent", metadata: { sessionId: "sess-42", userId: "user-7", tags: ["t1"] } };
let told = { experimental_telemetry: legacy };
if (major >= 7) {
  const { OpenTelemetry, LegacyOpenTelemetry } = await loadModule("@ai-sdk/otel");
  const everything = process.argv[4] === "full" ? { usage: true, runtimeContext: true, embedding: true } : {};
  const how = process.argv[4] === "legacy" ? new LegacyOpenTelemetry() : new OpenTelemetry(everything);
  (ai.registerTelemetry ?? ai.registerTelemetryIntegration)(how);
  told = { telemetry: { isEnabled: true, functionId: "weather-agent", recordInputs: true, recordOutputs: true,
    includeRuntimeContext: { sessionId: true, userId: true } },
    runtimeContext: { sessionId: "sess-42", userId: "user-7" } };
}
const schema = z.object({ city: z.string() });
const get_weather = ai.tool({ description: "Weather of a city", parameters: schema, inputSchema: schema, execute: async () => "sunny" });
const steps = major === 4 ? { maxSteps: 3 } : { stopWhen: ai.stepCountIs(3) };

// Some spans' times have only milliseconds: a pause keeps the traces in order.
const pause = () => new Promise((done) => setTimeout(done, 10));

await ai.generateText({ model: model(["tool", "text"]), prompt: "Weather in Paris?", tools: { get_weather }, ...steps, ...told });
await pause();
const stream = ai.streamText({ model: model([]), prompt: "Weather in Paris?", ...told });
for await (const part of stream.textStream) void part;
await pause();
await ai.generateObject({ model: model(["object"]), schema: z.object({ weather: z.string() }), prompt: "Weather?", ...told });
await pause();
await ai.embed({ model: embedder, value: "sunny", ...told });
await pause();
await ai.embedMany({ model: embedder, values: ["sunny", "rainy"], ...told });
await pause();
await ai.generateText({ model: failing, prompt: "Weather?", maxRetries: 0, ...told }).catch(() => null);
await provider.forceFlush();
await provider.shutdown();
