import { type App, problemResponses, TimeoutHeader } from "@undertone/base";
import type { Static } from "typebox";
import { Refusal } from "../../scoring/refusal.ts";
import type { Score } from "../../scoring/score.ts";
import { gzipBodies } from "../compression.ts";
import { PROBLEMS } from "../errors.ts";
import { checkBatch, type ItemFault, readItem } from "../items.ts";
import type { RouteContext } from "../route-context.ts";
import { BatchResult, batchBody, ScoringQuery } from "../schemas.ts";

type ItemResult = Static<typeof BatchResult>["results"][number];

export function sentimentBatchRoute(app: App, { score, refuseEarly, config }: RouteContext): void {
  const schema = {
    tags: ["sentiment"],
    summary: "Score up to 1,000 texts.",
    description: [
      "An item that cannot be scored gets its own error, and the other items are scored. Request",
      "and answer may be compressed with gzip.",
    ].join(" "),
    headers: TimeoutHeader,
    querystring: ScoringQuery,
    body: batchBody(config.maxBatchItems),
    response: {
      200: { ...BatchResult, description: "One result per item, in order." },
      ...problemResponses(PROBLEMS, [
        "invalid_body",
        "invalid_query",
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
  const options = {
    schema,
    validatorCompiler: checkBatch(config.maxBatchItems),
    ...gzipBodies,
    ...refuseEarly,
  };
  app.post("/sentiment/batch", options, async (request, reply) => {
    const items = (request.body.items as unknown[]).map(readItem);
    const texts = items.flatMap(({ text }) => (text === undefined ? [] : [text]));
    const { outcomes, model } = await score(texts, request, reply, request.query);
    let next = 0;
    const results = items.map(({ id, text, fault }, index) =>
      itemResult(id ?? String(index), text === undefined ? fault! : outcomes[next++]!),
    );
    return { model, results };
  });
}

function itemResult(id: string, outcome: Score | Refusal | ItemFault): ItemResult {
  if (!("code" in outcome)) return { id, status: "ok", ...outcome };
  const detail = outcome instanceof Refusal ? outcome.message : outcome.detail;
  return { id, status: "error", error: { code: outcome.code, detail } };
}
