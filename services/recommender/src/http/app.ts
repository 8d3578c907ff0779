import { type App, createApp, Problem, registerDeadline } from "@undertone/base";
import type { FastifyBaseLogger } from "fastify";
import type { Config } from "../config.ts";
import type { Recommender } from "../recommender.ts";
import { StorageUnavailable } from "../storage/failures.ts";
import { registerMetrics } from "./metrics.ts";
import { PROBLEMS } from "./problems.ts";
import { SentimentStatus, sentimentStatus } from "./ready.ts";
import type { RouteContext } from "./route-context.ts";
import { deleteUserRoute } from "./routes/delete-user.ts";
import { getItemRoute } from "./routes/get-item.ts";
import { getItemsRoute } from "./routes/get-items.ts";
import { getRecommendationsRoute } from "./routes/get-recommendations.ts";
import { getSimilarItemsRoute } from "./routes/get-similar-items.ts";
import { postFeedbackRoute } from "./routes/post-feedback.ts";
import { postRescoreRoute } from "./routes/post-rescore.ts";
import { putItemRoute } from "./routes/put-item.ts";

/**
 * Builds the server. It does not listen yet, so tests and production use the same one. Each route is
 * one file with its schema and its handler. The caller closes the recommender.
 */
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
      description: "Stores reviews, has the sentiment service score them, and ranks items with the scores.",
    },
    unready: () => unready(recommender),
    unreadyCodes: ["overloaded", "draining", "storage_unavailable"],
    readyDetails: { schema: { sentiment: SentimentStatus }, read: () => sentimentStatus(recommender) },
  });
  registerMetrics(metrics.registry, recommender);
  registerDeadline(app, config.requestTimeoutMs);
  const context: RouteContext = { config, recommender };
  await app.register(async (routes) => {
    routes.setErrorHandler((error) => {
      throw error instanceof StorageUnavailable ? storageProblem() : error;
    });
    postFeedbackRoute(routes, context); //        POST   /feedback
    getRecommendationsRoute(routes, context); //  GET    /users/{id}/recommendations
    deleteUserRoute(routes, context); //          DELETE /users/{id}
    getItemsRoute(routes, context); //            GET    /items
    getItemRoute(routes, context); //             GET    /items/{id}
    putItemRoute(routes, context); //             PUT    /items/{id}
    getSimilarItemsRoute(routes, context); //     GET    /items/{id}/similar
    postRescoreRoute(routes, context); //         POST   /rescore
  });
  return app;
}

async function unready(recommender: Recommender): Promise<Problem | undefined> {
  if (recommender.overloaded) return new Problem("overloaded", PROBLEMS.overloaded.title);
  try {
    await recommender.ping();
    return undefined;
  } catch {
    return storageProblem();
  }
}

const storageProblem = () => new Problem("storage_unavailable", PROBLEMS.storage_unavailable.title);
