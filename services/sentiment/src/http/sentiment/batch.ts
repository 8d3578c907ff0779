import { type App, problemResponses, TimeoutHeader } from "@undertone/base";
import type { Static } from "typebox";
import { Refusal } from "../../scoring/refusal.ts";
import type { Score } from "../../scoring/score.ts";
import { gzipBodies } from "../compression.ts";
import { PROBLEMS } from "../errors.ts";
import type { RouteContext } from "../route-context.ts";
import { BatchResult, batchBody, ScoringQuery } from "../schemas.ts";

type ItemResult = Static<typeof BatchResult>["results"][number];

export function sentimentBatchRoute(app: App, { score, config }: RouteContext): void {
  const schema = {
    tags: ["sentiment"],
    summary: "Score up to 1,000 texts.",
    description:
      "An item that cannot be scored has an error of its own; the rest is scored. gzip bodies are taken and given.",
    headers: TimeoutHeader,
    querystring: ScoringQuery,
    body: batchBody(config.maxBatchItems),
    response: {
      200: { ...BatchResult, description: "One result an item, in order." },
      ...problemResponses(PROBLEMS, [
        "invalid_body",
        "invalid_header",
        "body_too_large",
        "unsupported_media_type",
        "internal",
        "overloaded",
        "draining",
        "deadline_exceeded",
      ]),
    },
  };
  app.post("/sentiment/batch", { schema, ...gzipBodies }, async (request, reply) => {
    const { items } = request.body;
    const { outcomes, model } = await score(
      items.map(({ text }) => text),
      request,
      reply,
      request.query,
    );
    return {
      model,
      results: outcomes.map((outcome, index) => itemResult(items[index]!.id ?? String(index), outcome)),
    };
  });
}

function itemResult(id: string, outcome: Score | Refusal): ItemResult {
  if (!(outcome instanceof Refusal)) return { id, status: "ok", ...outcome };
  return { id, status: "error", error: { code: outcome.code, detail: outcome.message } };
}
