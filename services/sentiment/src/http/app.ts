import { type App, createApp } from "@undertone/base";
import type { FastifyBaseLogger } from "fastify";
import type { Config } from "../config.ts";
import type { Scorer } from "../scoring/scorer.ts";
import { registerCompression } from "./compression.ts";
import { PROBLEMS, toProblem } from "./errors.ts";
import { sentimentFileRoutes } from "./file/routes.ts";
import { predictRoutes } from "./hugging-face/routes.ts";
import { ScoringMetrics } from "./metrics.ts";
import { modelRoute } from "./model.ts";
import { inferenceRoutes } from "./open-inference/routes.ts";
import { pageRoutes } from "./page/routes.ts";
import type { RouteContext } from "./route-context.ts";
import { scoreRequests } from "./score-request.ts";
import { sentimentBatchRoute } from "./sentiment/batch.ts";
import { explainRoute } from "./sentiment/explain.ts";
import { sentimentRoute } from "./sentiment/one-text.ts";
import { sentimentStreamRoute } from "./stream/routes.ts";

/**
 * Builds the whole server except its port, so that tests and production run the same one. The
 * caller closes the scorer.
 */
export async function buildApp(config: Config, scorer: Scorer, log: FastifyBaseLogger): Promise<App> {
  const { app, metrics } = await createApp({
    config,
    log,
    problems: PROBLEMS,
    info: {
      title: "Undertone sentiment service",
      version: "1.0.0",
      description: "Scores the sentiment of reviews in English.",
    },
    unready: () => scorer.refusal && toProblem(scorer.refusal),
    unreadyCodes: ["overloaded", "draining"],
  });
  await registerCompression(app);
  const scoring = new ScoringMetrics(metrics.registry, scorer, config.batchTokens);
  const context: RouteContext = {
    config,
    scorer,
    metrics: scoring,
    ...scoreRequests(scorer, scoring, config.requestTimeoutMs),
    model: () => ({ name: scorer.artifact.manifest.name, version: scorer.artifact.manifest.version }),
  };
  sentimentRoute(app, context);
  sentimentBatchRoute(app, context);
  explainRoute(app, context);
  await sentimentStreamRoute(app, context);
  await sentimentFileRoutes(app, context);
  await predictRoutes(app, context);
  await inferenceRoutes(app, context);
  modelRoute(app, context);
  await pageRoutes(app, context);
  return app;
}
