import type { FastifyInstance } from "fastify";
import { Counter, collectDefaultMetrics, Histogram, Registry } from "prom-client";
import Type from "typebox";

/** One registry a server, so that two servers in one process (tests) never share a number. */
export class HttpMetrics {
  readonly registry = new Registry();
  readonly #requests = new Counter({
    name: "http_requests_total",
    help: "Answered requests, by route and status.",
    labelNames: ["method", "route", "status"],
    registers: [this.registry],
  });
  readonly #durations = new Histogram({
    name: "http_request_duration_seconds",
    help: "Time from the head of a request to the last byte of its answer.",
    labelNames: ["method", "route"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  register(app: FastifyInstance): void {
    app.addHook("onResponse", async (request, reply) => {
      // The route's pattern, not the URL: a client must not be able to make new time series.
      const { method } = request;
      const route = request.routeOptions.url ?? "none";
      this.#requests.inc({ method, route, status: reply.statusCode });
      this.#durations.observe({ method, route }, reply.elapsedTime / 1000);
    });
    // Scrapes that come together share one answer: making it takes milliseconds, and anybody may ask.
    let latest: Promise<string> | undefined;
    const text = () => {
      latest ??= this.registry.metrics().finally(() => {
        latest = undefined;
      });
      return latest;
    };
    app.get(
      "/metrics",
      {
        config: { openCost: 10 },
        schema: {
          tags: ["operation"],
          summary: "Metrics in the Prometheus text format.",
          response: {
            200: { description: "The metrics.", content: { "text/plain": { schema: Type.String() } } },
          },
        },
      },
      async (_request, reply) => reply.type(this.registry.contentType).send(await text()),
    );
  }
}
