import { type App, problemResponses, TimeoutHeader } from "@undertone/base";
import { Refusal } from "../../scoring/refusal.ts";
import { gzipBodies } from "../compression.ts";
import { ONE_TEXT_PROBLEMS, PROBLEMS, toProblem } from "../errors.ts";
import type { RouteContext } from "../route-context.ts";
import { ScoringQuery, SentimentBody, SentimentResult } from "../schemas.ts";

export function sentimentRoute(app: App, { score }: RouteContext): void {
  const schema = {
    tags: ["sentiment"],
    summary: "Score one text.",
    headers: TimeoutHeader,
    querystring: ScoringQuery,
    body: SentimentBody,
    response: {
      200: { ...SentimentResult, description: "The score." },
      ...problemResponses(PROBLEMS, ONE_TEXT_PROBLEMS),
    },
  };
  app.post("/sentiment", { schema, ...gzipBodies }, async (request, reply) => {
    const { outcomes, model } = await score([request.body.text], request, reply, request.query);
    const [outcome] = outcomes;
    if (outcome instanceof Refusal) throw toProblem(outcome);
    return { ...outcome!, model };
  });
}
