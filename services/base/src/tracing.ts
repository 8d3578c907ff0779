import type { Span } from "@opentelemetry/api";
import type { FastifyInstance, FastifyRequest } from "fastify";

declare module "fastify" {
  interface FastifyRequest {
    /** W3C trace context to send along with a call made for this request; empty without tracing. */
    traceHeaders: Record<string, string>;
  }
}

/**
 * All tries to send some spans together: the service ends within 10 s, and the last spans are sent
 * then.
 */
const EXPORT_LIMIT_MS = 2_000;

/**
 * A span a request, continuing the client's trace, and below it one a stage (`encodeMs` and so on
 * of `request.cost`, laid end to end from the request's head: a batch's stages overlap). Sent by
 * OTLP over HTTP as JSON. The SDK is loaded only here, so that a service that does not trace does
 * not pay for it.
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
  // Sends what is left. Where nobody takes it the service still ends as it should.
  app.addHook("onClose", async () => {
    await provider.shutdown().catch((error: Error) => app.log.warn({ err: error }, "traces were not sent"));
  });
}
