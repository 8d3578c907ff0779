import { type App, problemResponses, TimeoutHeader } from "@undertone/base";
import { MOST_PASSES, MOST_WORDS } from "../../scoring/occlusion.ts";
import { MOST_PASSAGES } from "../../scoring/passages.ts";
import { gzipBodies } from "../compression.ts";
import { ONE_TEXT_PROBLEMS, PROBLEMS } from "../errors.ts";
import type { RouteContext } from "../route-context.ts";
import { ExplainResult, ScoringQuery, SentimentBody } from "../schemas.ts";

const DESCRIPTION = [
  "What each part of a text does to its score, by occlusion: the model scores the text again without the part. `contribution` is the change of the log-odds of *positive*, ln(score / (1 - score)), that the part makes; `running` is the score of the text up to there.",
  `**What it costs.** The graph of POST /sentiment runs at most ${MOST_PASSES} times; \`passes\` says how often. A text of at most ${MOST_WORDS} tokens is tried without each token, up to each token, and without each sentence. A longer one is tried without each sentence and up to each sentence's end (at most ${MOST_PASSAGES}), then without each word of the sentences that weigh most, at most ${MOST_WORDS} words. The passes wait in the queue like a batch of as many texts: they count in its budget, and single texts go before them.`,
  "**What it is not.** Not a cause: it tells how this model reacts, not why the writer wrote so. Not a sum: contributions do not add up to the score, since words work together (leave out *not* of *not good*, and *good* turns). What is left when a word goes is often a text that nobody would write, and how the model reads such was never measured. A contribution of 0 does not mean that a word is unimportant: where two say the same, each can go without loss. Where nothing is left, the rest is read as one unknown word.",
].join("\n\n");

export function explainRoute(app: App, { explain }: RouteContext): void {
  const schema = {
    tags: ["sentiment"],
    summary: "Why this score: what each word and sentence does to it.",
    description: DESCRIPTION,
    headers: TimeoutHeader,
    querystring: ScoringQuery,
    body: SentimentBody,
    response: {
      200: { ...ExplainResult, description: "The score and what its parts contribute." },
      ...problemResponses(PROBLEMS, ONE_TEXT_PROBLEMS),
    },
  };
  app.post("/sentiment/explain", { schema, ...gzipBodies }, async (request, reply) => {
    const { score, model, explanation } = await explain(request.body.text, request, reply, request.query);
    request.cost = { ...request.cost, passes: explanation.passes };
    return { result: { ...score, model }, ...explanation };
  });
}
