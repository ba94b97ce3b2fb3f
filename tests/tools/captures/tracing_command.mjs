// A tracer provider that posts OTLP/protobuf to the address given, in one body at its end.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

// Packages are looked up where the maker is started (the library's own folder), not beside it.
const required = createRequire(process.cwd() + "/");
export const load = (name) => required(name);
export const loadModule = (name) => import(pathToFileURL(required.resolve(name)).href);

export function start(otlp, { service = "capture-app", processors = [] } = {}) {
  const { NodeTracerProvider } = load("@opentelemetry/sdk-trace-node");
  const { BatchSpanProcessor } = load("@opentelemetry/sdk-trace-base");
  const { OTLPTraceExporter } = load("@opentelemetry/exporter-trace-otlp-proto");
  const { resourceFromAttributes } = load("@opentelemetry/resources");
  const exporter = new OTLPTraceExporter({ url: `${otlp}/v1/traces` });
  const batch = new BatchSpanProcessor(exporter, { scheduledDelayMillis: 60000 });
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ "service.name": service }),
    spanProcessors: [...processors, batch],
  });
  provider.register();
  return provider;
}
