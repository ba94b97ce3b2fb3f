// npm ai 6 and 7, the rarer calls: streamObject, rerank, and the ToolLoopAgent class streamed.
import { loadModule, start } from "./tracing_command.mjs";

const [otlp, majorText] = process.argv.slice(2);
const major = Number(majorText);
const provider = start(otlp);
const ai = await loadModule("ai");
const mocks = await loadModule("ai/test");
const { z } = await loadModule("zod");
const version = major === 6 ? "V3" : "V4";
const usage = {
  inputTokens: { total: 120, noCache: 88, cacheRead: 32, cacheWrite: 0 },
  outputTokens: { total: 48, text: 32, reasoning: 16 },
};
const response = { id: "chatcmpl-fake001", modelId: "gpt-4o-mini-2024-07-18", timestamp: new Date(1763800000000) };
const call = { type: "tool-call", toolCallId: "call_1", toolName: "get_weather", input: '{"city":"Paris"}' };

function chunks(said) {
  const reason = said ? "stop" : "tool-calls";
  const finish = { type: "finish", finishReason: { unified: reason, raw: reason }, usage };
  const text = said ? [{ type: "text-start", id: "1" }, { type: "text-delta", id: "1", delta: said }, { type: "text-end", id: "1" }] : [call];
  return [{ type: "stream-start", warnings: [] }, { type: "response-metadata", ...response }, ...text, finish];
}
function model(...answers) {
  let asked = 0;
  const doStream = async () => ({ stream: ai.simulateReadableStream({ chunks: chunks(answers[asked++]), initialDelayInMs: 120, chunkDelayInMs: 20 }) });
  return new mocks[`MockLanguageModel${version}`]({ provider: "openai.chat", modelId: "gpt-4o-mini", doStream });
}
const reranker = new mocks[`MockRerankingModel${version}`]({
  provider: "cohere.reranking",
  modelId: "rerank-v3.5",
  doRerank: async () => ({ ranking: [{ index: 1, relevanceScore: 0.9 }, { index: 0, relevanceScore: 0.1 }], response: { id: "rr-1", modelId: "rerank-v3.5" }, warnings: [] }),
});

let told = { experimental_telemetry: { isEnabled: true, functionId: "weather-agent", metadata: { sessionId: "sess-42", userId: "user-7" } } };
if (major >= 7) {
  const { OpenTelemetry } = await loadModule("@ai-sdk/otel");
  ai.registerTelemetry(new OpenTelemetry({ usage: true, reranking: true, agentSpanName: "functionId" }));
  told = { telemetry: { isEnabled: true, functionId: "weather-agent" } };
}
const pause = () => new Promise((done) => setTimeout(done, 20));
const object = ai.streamObject({ model: model('{"weather":"sunny"}'), schema: z.object({ weather: z.string() }), prompt: "Weather?", ...told });
for await (const part of object.partialObjectStream) void part;
await object.object;
await pause();
await ai.rerank({ model: reranker, query: "sunny", documents: ["rain in Paris", "sun in Paris"], topN: 2, ...told });
await pause();
const get_weather = ai.tool({ description: "Weather of a city", inputSchema: z.object({ city: z.string() }), execute: async () => "sunny" });
const agent = new ai.ToolLoopAgent({ model: model(null, "It is sunny."), tools: { get_weather }, instructions: "Be brief.", ...told });
const run = await agent.stream({ prompt: "Weather in Paris?" });
for await (const part of run.textStream) void part;
await pause();
await provider.forceFlush();
await provider.shutdown();
