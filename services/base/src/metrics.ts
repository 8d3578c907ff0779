import type { FastifyInstance } from "fastify";
import { Counter, collectDefaultMetrics, Histogram, Registry } from "prom-client";
import Type from "typebox";

/** One registry per server, because tests run several servers in one process. */
export class HttpMetrics {
  readonly registry = new Registry();
  readonly #requests = new Counter({
    name: "http_requests_total",
    help: "Answered requests, by method, route and status.",
    labelNames: ["method", "route", "status"],
    registers: [this.registry],
  });
  readonly #durations = new Histogram({
    name: "http_request_duration_seconds",
    help: "Time from the arrival of a request's headers to the last byte of its answer, in seconds.",
    labelNames: ["method", "route"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  register(app: FastifyInstance): void {
    app.addHook("onResponse", async (request, reply) => {
      // The route's pattern and not the URL, because a client must not be able to create time
      // series.
      const { method } = request;
      const route = request.routeOptions.url ?? "none";
      this.#requests.inc({ method, route, status: reply.statusCode });
      this.#durations.observe({ method, route }, reply.elapsedTime / 1000);
    });
    // Simultaneous scrapes share one answer: it takes milliseconds to make, and the route needs no
    // key.
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
