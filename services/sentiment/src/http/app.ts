import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import {
  HttpMetrics,
  Problem,
  problemSchema,
  problemTable,
  registerDocs,
  registerHealth,
  registerProblems,
  undecodablePath,
} from "@undertone/base";
import fastify, { type FastifyBaseLogger, LogController } from "fastify";
import type { Config } from "../config.ts";
import type { Scorer } from "../scoring/scorer.ts";
import type { App, Door } from "./door.ts";
import { PROBLEMS, toProblem } from "./errors.ts";
import { ScoringMetrics } from "./metrics.ts";
import { modelRoute } from "./routes/model.ts";
import { openapiRoute } from "./routes/openapi.ts";
import { sentimentRoute } from "./routes/sentiment.ts";
import { sentimentBatchRoute } from "./routes/sentiment-batch.ts";
import { scoreRequest } from "./score-request.ts";

/** The whole server but its port: tests and production build the same one. The scorer stays the caller's. */
export async function buildApp(config: Config, scorer: Scorer, log: FastifyBaseLogger): Promise<App> {
  const app: App = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: config.maxBodyBytes,
    requestTimeout: config.requestTimeoutMs, // for the client to send it; for the answer see score-request.ts
    frameworkErrors: undecodablePath(PROBLEMS),
    return503OnClosing: false, // the hook below answers with a problem document instead
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.removeContentTypeParser("text/plain");
  // The types of the handlers hold answers to their schemas; a test holds what is sent to them.
  app.setSerializerCompiler(() => JSON.stringify);
  app.addSchema(problemSchema(PROBLEMS));
  registerProblems(app, PROBLEMS);
  const draining = refuseWhileClosing(app);
  logRequests(app);

  await registerDocs(app, {
    title: "Undertone sentiment service",
    version: "1.0.0",
    description: `Scores the sentiment of reviews. Every error is a problem document (RFC 9457) with one of these codes:\n\n${problemTable(PROBLEMS)}`,
  });
  const metrics = new HttpMetrics();
  metrics.register(app);
  const unready = () => draining() ?? (scorer.refusal && toProblem(scorer.refusal));
  registerHealth(app, { table: PROBLEMS, unready });
  const door: Door = {
    config,
    scorer,
    score: scoreRequest(scorer, new ScoringMetrics(metrics.registry, scorer), config.requestTimeoutMs),
    model: () => ({ name: scorer.artifact.manifest.name, version: scorer.artifact.manifest.version }),
  };
  sentimentRoute(app, door);
  sentimentBatchRoute(app, door);
  modelRoute(app, door);
  openapiRoute(app);
  return app;
}

/** From close() on, requests on connections that are still open are refused, but health and metrics answer. */
function refuseWhileClosing(app: App): () => Problem | undefined {
  let closing = false;
  const problem = () => (closing ? new Problem("draining", PROBLEMS.draining.title) : undefined);
  app.addHook("preClose", async () => {
    closing = true;
  });
  // Without this a connection stays open after its last answer, and close() waits for it.
  app.addHook("onSend", async (_request, reply) => {
    if (closing) reply.header("connection", "close");
  });
  app.addHook("onRequest", async (request) => {
    if (["/livez", "/readyz", "/metrics"].includes(request.routeOptions.url ?? "")) return;
    const refusal = problem();
    if (refusal !== undefined) throw refusal;
  });
  return problem;
}

function logRequests(app: App): void {
  app.decorateRequest("cost", undefined);
  app.addHook("onResponse", async (request, reply) => {
    const { method, cost, routeOptions } = request;
    const entry = {
      method,
      route: routeOptions.url,
      status: reply.statusCode,
      ms: reply.elapsedTime,
      ...cost,
    };
    request.log.info(entry, "answered");
  });
}
