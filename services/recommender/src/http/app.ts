import { type App, createApp, Problem, registerDeadline } from "@undertone/base";
import type { FastifyBaseLogger } from "fastify";
import type { Config } from "../config.ts";
import type { Recommender } from "../recommender.ts";
import type { RouteContext } from "./door.ts";
import { PROBLEMS } from "./errors.ts";
import { registerMetrics } from "./metrics.ts";
import { feedbackRoute } from "./routes/feedback.ts";
import { itemRoute, itemsRoute, similarRoute } from "./routes/items.ts";
import { putItemRoute } from "./routes/put-item.ts";
import { recommendationsRoute } from "./routes/recommendations.ts";
import { rescoreRoute } from "./routes/rescore.ts";
import { deleteUserRoute } from "./routes/users.ts";

/** The whole server but its port: tests and production build the same one. The recommender stays the caller's. */
export async function buildApp(
  config: Config,
  recommender: Recommender,
  log: FastifyBaseLogger,
): Promise<App> {
  const { app, metrics } = await createApp({
    config,
    log,
    problems: PROBLEMS,
    info: {
      title: "Undertone recommender",
      version: "1.0.0",
      description: "Reviews in, ranked items out; the sentiment service scores the reviews.",
    },
    unready: () => unready(recommender),
    unreadyCodes: ["overloaded", "draining", "storage_unavailable"],
  });
  registerMetrics(metrics.registry, recommender);
  registerDeadline(app, config.requestTimeoutMs);
  const door: RouteContext = { config, recommender };
  feedbackRoute(app, door);
  recommendationsRoute(app, door);
  itemsRoute(app, door);
  itemRoute(app, door);
  putItemRoute(app, door);
  similarRoute(app, door);
  deleteUserRoute(app, door);
  rescoreRoute(app, door);
  return app;
}

async function unready(recommender: Recommender): Promise<Problem | undefined> {
  if (recommender.overloaded) return new Problem("overloaded", PROBLEMS.overloaded.title);
  try {
    await recommender.ping();
    return undefined;
  } catch {
    return new Problem("storage_unavailable", PROBLEMS.storage_unavailable.title);
  }
}
