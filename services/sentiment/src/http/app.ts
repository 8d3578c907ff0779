import { type App, createApp } from "@undertone/base";
import type { FastifyBaseLogger } from "fastify";
import type { Config } from "../config.ts";
import type { Scorer } from "../scoring/scorer.ts";
import { registerCompression } from "./compression.ts";
import type { Door } from "./door.ts";
import { PROBLEMS, toProblem } from "./errors.ts";
import { ScoringMetrics } from "./metrics.ts";
import { explainRoute } from "./routes/explain.ts";
import { inferenceRoutes } from "./routes/inference.ts";
import { modelRoute } from "./routes/model.ts";
import { pageRoutes } from "./routes/page.ts";
import { predictRoutes } from "./routes/predict.ts";
import { sentimentRoute } from "./routes/sentiment.ts";
import { sentimentBatchRoute } from "./routes/sentiment-batch.ts";
import { sentimentStreamRoute } from "./routes/sentiment-stream.ts";
import { scoreRequests } from "./score-request.ts";

/** The whole server but its port: tests and production build the same one. The scorer stays the caller's. */
export async function buildApp(config: Config, scorer: Scorer, log: FastifyBaseLogger): Promise<App> {
  const { app, metrics } = await createApp({
    config,
    log,
    problems: PROBLEMS,
    info: {
      title: "Undertone sentiment service",
      version: "1.0.0",
      description: "Scores the sentiment of reviews.",
    },
    unready: () => scorer.refusal && toProblem(scorer.refusal),
    unreadyCodes: ["overloaded", "draining"],
  });
  await registerCompression(app);
  const scoring = new ScoringMetrics(metrics.registry, scorer, config.batchTokens);
  const door: Door = {
    config,
    scorer,
    metrics: scoring,
    ...scoreRequests(scorer, scoring, config.requestTimeoutMs),
    model: () => ({ name: scorer.artifact.manifest.name, version: scorer.artifact.manifest.version }),
  };
  sentimentRoute(app, door);
  sentimentBatchRoute(app, door);
  explainRoute(app, door);
  await sentimentStreamRoute(app, door);
  await predictRoutes(app, door);
  await inferenceRoutes(app, door);
  modelRoute(app, door);
  await pageRoutes(app, door);
  return app;
}
