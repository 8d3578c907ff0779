import { type App, Problem } from "@undertone/base";
import type { FastifyRequest } from "fastify";
import { gzipBodies } from "../compression.ts";
import type { RouteContext } from "../route-context.ts";
import { checkModel, schemaOf } from "./protocol.ts";
import type { Statistics } from "./statistics.ts";
import { InferBody, readInfer, writeInfer } from "./translation.ts";

const NO_TEXT = { code: "invalid_item", detail: "The element is not a string of UTF-8." } as const;

/** POST `base`/infer: scores the texts of a request with JSON or binary tensors. */
export function inferRoute(
  scope: App,
  base: string,
  { score, refuseEarly, model, config }: RouteContext,
  statistics: Statistics,
): void {
  const options = {
    schema: {
      ...schemaOf("Score texts."),
      body: { content: { "application/json": { schema: InferBody } } },
    },
    validatorCompiler: () => () => true, // a binary body is read before it can be checked
    ...gzipBodies,
    ...refuseEarly,
  };
  scope.post(`${base}/infer`, options, async (request, reply) => {
    checkModel(request, model());
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const { request: asked, texts } = readInfer(body, jsonLength(request, body));
    if (texts.length > config.maxBatchItems)
      throw new Problem(
        "body_too_large",
        `inputs[0]: expected at most ${config.maxBatchItems} texts, got ${texts.length}.`,
      );
    const start = performance.now();
    const scored = await score(
      texts.filter((text) => text !== undefined),
      request,
      reply,
    ).catch((error) => {
      statistics.failed(performance.now() - start);
      throw error;
    });
    statistics.succeeded(texts.length, performance.now() - start);
    let next = 0;
    const outcomes = texts.map((text) => (text === undefined ? NO_TEXT : scored.outcomes[next++]!));
    const answer = writeInfer(asked, outcomes, scored.model);
    if (answer.headerLength === undefined) return reply.type("application/json").send(answer.body);
    reply.header("inference-header-content-length", answer.headerLength);
    return reply.type("application/octet-stream").send(answer.body);
  });
}

/** The length of the JSON before the binary tensors, in bytes; undefined without binary tensors. */
function jsonLength({ headers }: FastifyRequest, body: Buffer): number | undefined {
  const header = headers["inference-header-content-length"];
  if (header === undefined) return undefined;
  const length = Number(header);
  if (Number.isInteger(length) && length >= 0 && length <= body.length) return length;
  throw new Problem(
    "invalid_body",
    `Inference-Header-Content-Length: expected a whole number from 0 to ${body.length}.`,
  );
}
