// @arizeai/openinference-instrumentation-langchain for JavaScript: an agent with a tool, a streamed
// model, a chain and a retriever, with thread and user in the run's metadata.
import { load, start } from "./tracing_command.mjs";

const [baseUrl, otlp] = process.argv.slice(2);
const provider = start(otlp);
const { LangChainInstrumentation } = load("@arizeai/openinference-instrumentation-langchain");
const manager = load("@langchain/core/callbacks/manager");
const instrumentation = new LangChainInstrumentation();
instrumentation.setTracerProvider(provider);
instrumentation.manuallyInstrument(manager);
const { ChatOpenAI } = load("@langchain/openai");
const { createAgent, tool } = load("langchain");
const { BaseRetriever } = load("@langchain/core/retrievers");
const { Document } = load("@langchain/core/documents");
const { z } = load("zod");

class Fixed extends BaseRetriever {
  lc_namespace = ["capture"];
  async _getRelevantDocuments() {
    return [new Document({ pageContent: "sunny", metadata: { source: "a" } })];
  }
}
const model = (more) => new ChatOpenAI({ model: "gpt-4o-mini", apiKey: "fake", maxRetries: 0, configuration: { baseURL: `${baseUrl}/v1` }, ...more });
const get_weather = tool(() => "sunny", { name: "get_weather", description: "Weather of a city", schema: z.object({ city: z.string() }) });
const agent = createAgent({ model: model(), tools: [get_weather], name: "weather_agent" });
const config = { metadata: { session_id: "sess-42", user_id: "user-7" }, tags: ["t1"], configurable: { thread_id: "thread-9" } };
await agent.invoke({ messages: [{ role: "user", content: "Weather in Paris?" }] }, config);
for await (const chunk of await model({ streamUsage: true }).stream("Weather in Paris?")) void chunk;
await new Fixed().invoke("weather");
await model({ model: "fail-model" }).invoke("Weather?").catch(() => null);
await provider.forceFlush();
await provider.shutdown();
