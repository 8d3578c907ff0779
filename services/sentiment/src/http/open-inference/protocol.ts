import type { IncomingMessage } from "node:http";
import { type App, asProblem, Problem, readBody } from "@undertone/base";
import type { FastifyRequest } from "fastify";
import Type from "typebox";
import { PROBLEMS } from "../errors.ts";

const Failure = Type.Object({ error: Type.String() }, { additionalProperties: false });
const failures = Object.fromEntries(
  [400, 401, 403, 404, 413, 415, 421, 429, 500, 503, 504].map((status) => [
    status,
    { ...Failure, description: "The error message." },
  ]),
);
const TYPES = ["application/json", "application/octet-stream"];

/** The documentation of a route: its summary, and the responses of the protocol. */
export function schemaOf(summary: string) {
  return {
    tags: ["open inference protocol"],
    summary,
    response: {
      200: {
        ...Type.Unknown(),
        description: "The response that the Open Inference Protocol defines.",
      },
      ...failures,
    },
  };
}

/** @throws Problem `not_found` if the path names another model or version */
export function checkModel(
  request: FastifyRequest,
  { name, version }: { name: string; version: string },
): void {
  const { m, v } = request.params as { m?: string; v?: string };
  if ((m !== undefined && m !== name) || (v !== undefined && v !== version))
    throw new Problem("not_found", "There is no such model.");
}

/** Reads bodies as bytes, because a binary body is not JSON. */
export function readBodies(scope: App, maxBodyBytes: number): void {
  scope.removeAllContentTypeParsers();
  const read = (request: FastifyRequest, payload: IncomingMessage) =>
    readBody(request, payload, maxBodyBytes);
  scope.addContentTypeParser(TYPES, read);
  scope.addContentTypeParser("*", async (request: FastifyRequest, payload: IncomingMessage) => {
    // tritonclient sends no content type for binary tensors. Pages of other sites are refused by
    // origin.
    if (request.headers["content-type"] === undefined) return read(request, payload);
    throw new Problem("unsupported_media_type", `Send ${TYPES.join(" or ")}.`);
  });
}

/** Answers errors in the protocol's format. */
export function answerErrors(scope: App): void {
  scope.setErrorHandler((error: Parameters<typeof asProblem>[0], request, reply) => {
    const problem = asProblem(error);
    const { status } = PROBLEMS[problem.code as keyof typeof PROBLEMS];
    if (status === 500) request.log.error({ err: error }, "request failed");
    return reply.code(status).headers(problem.headers).send({ error: problem.message });
  });
}
