import { type App, asProblem, Problem } from "@undertone/base";
import type { FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { Refusal } from "../../scoring/refusal.ts";
import { gzipBodies } from "../compression.ts";
import { toProblem } from "../errors.ts";
import type { RouteContext } from "../route-context.ts";
import {
  PredictBody,
  Predictions,
  predictError,
  predictResponses,
  sequencesOf,
  toPredictions,
} from "./translation.ts";

/**
 * Hugging Face text classification. `/predict` has the format of text-embeddings-inference. `/` has
 * the format of the hosted Inference API, which Hugging Face's own clients read: one list per text.
 */
export async function predictRoutes(app: App, { score, refuseEarly, config }: RouteContext): Promise<void> {
  const classify = async (
    body: Type.Static<typeof PredictBody>,
    flatPairs: boolean,
    request: FastifyRequest,
    reply: FastifyReply,
  ) => {
    const { texts, single } = sequencesOf(body.inputs, flatPairs);
    if (texts.length > config.maxBatchItems)
      throw new Problem(
        "body_too_large",
        `batch size ${texts.length} > maximum allowed batch size ${config.maxBatchItems}`,
      );
    const { outcomes } = await score(texts, request, reply);
    const predictions = outcomes.map((outcome, index) => {
      // The protocol has one error per request, so the message names the text.
      const place = texts.length > 1 ? `inputs[${index}]: ` : "";
      if (outcome instanceof Refusal) {
        const { code, message, headers } = toProblem(outcome);
        throw new Problem(code, `${place}${message}`, headers);
      }
      if (outcome.truncated && body.truncate === false)
        throw new Problem(
          "text_too_long",
          `${place}The model reads ${outcome.tokens.scored} tokens, the text has ${outcome.tokens.total}.`,
        );
      return toPredictions(outcome.score, body);
    });
    return { predictions, single };
  };

  await app.register(async (scope: App) => {
    scope.setErrorHandler((error: Parameters<typeof asProblem>[0], request, reply) => {
      const problem = asProblem(error);
      const { status, body } = predictError(problem);
      if (problem.code === "internal") request.log.error({ err: error }, "request failed");
      return reply.code(status).headers(problem.headers).send(body);
    });
    const tags = ["hugging face"];
    const one = { ...Predictions, description: "The labels, ordered by probability." };
    const many = { ...Type.Array(Predictions), description: "One list of labels per text." };
    const single = {
      ...Type.Union([one, many]),
      description: "A list of labels; for a batch, one list per text.",
    };
    scope.post(
      "/predict",
      {
        schema: {
          tags,
          summary: "Text classification, compatible with text-embeddings-inference.",
          description: [
            "`inputs` is a string, or a batch `[[string], ...]`. A pair of strings is refused,",
            "although text-embeddings-inference accepts one. If `truncate` is false, a text that",
            "is longer than the model reads is refused.",
          ].join(" "),
          body: PredictBody,
          response: { 200: single, ...predictResponses },
        },
        ...gzipBodies,
        ...refuseEarly,
      },
      async (request, reply) => {
        const answer = await classify(request.body, true, request, reply);
        return answer.single ? answer.predictions[0]! : answer.predictions;
      },
    );
    scope.post(
      "/",
      {
        schema: {
          tags,
          summary: "Text classification for huggingface_hub and @huggingface/inference.",
          description:
            "`inputs` is a string or a list of strings. The answer always has one list of labels per text.",
          body: PredictBody,
          response: { 200: many, ...predictResponses },
        },
        ...gzipBodies,
        ...refuseEarly,
      },
      async (request, reply) => (await classify(request.body, false, request, reply)).predictions,
    );
  });
}
