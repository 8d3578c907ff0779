import type { Span } from "@opentelemetry/api";
import type { FastifyInstance, FastifyRequest } from "fastify";

declare module "fastify" {
  interface FastifyRequest {
    /** The W3C trace context for calls that are made for this request; empty without tracing. */
    traceHeaders: Record<string, string>;
  }
}

/**
 * The time limit for sending spans, including retries. The service ends within 10 s and sends the
 * last spans then.
 */
const EXPORT_LIMIT_MS = 2_000;

/**
 * Creates a span per request, which continues the client's trace, and a child span per stage
 * (`encodeMs` and so on of `request.cost`). The stages of a batch overlap, so the child spans are
 * placed one after the other. The spans are sent as JSON by OTLP over HTTP. The SDK is loaded only
 * if tracing is on, because it is large.
 */
export async function traceRequests(app: FastifyInstance, endpoint: string, service: string): Promise<void> {
  app.decorateRequest("traceHeaders");
  app.addHook("onRequest", async (request) => {
    request.traceHeaders = {};
  });
  if (endpoint === "") return;
  const [
    { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, defaultTextMapGetter, defaultTextMapSetter },
    core,
    sdk,
    otlp,
    res,
  ] = await Promise.all([
    import("@opentelemetry/api"),
    import("@opentelemetry/core"),
    import("@opentelemetry/sdk-trace-base"),
    import("@opentelemetry/exporter-trace-otlp-http"),
    import("@opentelemetry/resources"),
  ]);
  const exporter = new otlp.OTLPTraceExporter({
    url: `${endpoint.replace(/\/$/, "")}/v1/traces`,
    timeoutMillis: EXPORT_LIMIT_MS,
  });
  const provider = new sdk.BasicTracerProvider({
    resource: res.resourceFromAttributes({ "service.name": service }),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.AlwaysOnSampler() }),
    spanProcessors: [new sdk.BatchSpanProcessor(exporter)],
  });
  const tracer = provider.getTracer("undertone");
  const propagator = new core.W3CTraceContextPropagator();
  const spans = new WeakMap<FastifyRequest, { span: Span; start: number }>();

  app.addHook("onRequest", async (request) => {
    const parent = propagator.extract(ROOT_CONTEXT, request.headers, defaultTextMapGetter);
    const { method, routeOptions } = request;
    const start = Date.now();
    const attributes = { "http.request.method": method, "http.route": routeOptions.url ?? "none" };
    const name = `${method} ${attributes["http.route"]}`;
    const span = tracer.startSpan(name, { kind: SpanKind.SERVER, startTime: start, attributes }, parent);
    propagator.inject(trace.setSpan(parent, span), request.traceHeaders, defaultTextMapSetter);
    spans.set(request, { span, start });
  });
  app.addHook("onResponse", async (request, reply) => {
    const traced = spans.get(request);
    if (traced === undefined) return; // refused before it was traced
    const { span, start } = traced;
    let at = start;
    for (const [stage, ms] of Object.entries(request.cost ?? {})) {
      if (!stage.endsWith("Ms")) continue;
      tracer.startSpan(stage, { startTime: at }, trace.setSpan(ROOT_CONTEXT, span)).end(at + ms);
      at += ms;
    }
    span.setAttribute("http.response.status_code", reply.statusCode);
    if (reply.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  });
  // Sends the last spans. If that fails the service still ends normally.
  app.addHook("onClose", async () => {
    await provider.shutdown().catch((error: Error) => app.log.warn({ err: error }, "traces were not sent"));
  });
}
