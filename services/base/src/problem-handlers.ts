import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Problem, type ProblemTable, problemDocument } from "./problem.ts";
import { describeFaults } from "./schema-fault.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** Makes every error of the app's routes a problem document. */
export function registerProblems(app: FastifyInstance, table: ProblemTable): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = asProblem(error);
    // The cause of an internal error goes to the log only: it may show internals or a client's
    // text.
    if (table[problem.code]!.status === 500) request.log.error({ err: error }, "request failed");
    return send(table, problem, reply);
  });
  const routes: Routes = [];
  app.addHook("onRoute", ({ method, url }) => {
    const pattern = url.replace(/[.*]/g, "\\$&").replace(/:\w+/g, "[^/]+");
    routes.push({ methods: [method].flat(), path: new RegExp(`^${pattern}$`) });
  });
  // Before the body is read. Otherwise a fault of the body would hide that there is no such route.
  app.addHook("onRequest", async (request) => {
    if (request.is404) throw missing(routes, request);
  });
}

/**
 * The problem that a client gets for an error. Protocols with an error format of their own use it.
 */
export function asProblem(error: FastifyError | Problem): Problem {
  return error instanceof Problem ? error : translate(error);
}

/**
 * For Fastify's `frameworkErrors`: a path that cannot be decoded never reaches the handlers above.
 */
export function undecodablePath(table: ProblemTable) {
  return (_error: FastifyError, _request: FastifyRequest, reply: FastifyReply) => {
    reply.headers(SECURITY_HEADERS); // no hook runs for such a request
    send(table, new Problem("not_found", "The path cannot be decoded."), reply);
  };
}

function send(table: ProblemTable, problem: Problem, reply: FastifyReply) {
  const { status } = table[problem.code]!;
  return reply
    .code(status)
    .headers(status === 503 ? { "retry-after": "1", ...problem.headers } : problem.headers)
    .type("application/problem+json")
    .send(problemDocument(table, problem.code, problem.message));
}

type Routes = { methods: string[]; path: RegExp }[];

function missing(routes: Routes, request: FastifyRequest): Problem {
  const url = request.url.split("?", 1)[0]!;
  const here = routes.filter(({ path }) => path.test(url)).flatMap(({ methods }) => methods);
  const allowed = METHODS.filter((method) => here.includes(method));
  if (allowed.length === 0) return new Problem("not_found", "There is no such route; see /docs.");
  const allow = allowed.join(", ");
  return new Problem("method_not_allowed", `This route takes ${allow}.`, { allow });
}

/**
 * Translates Fastify's own errors. Their messages can quote the body, so they are not passed on.
 */
function translate(error: FastifyError): Problem {
  if (error.validation !== undefined) {
    const context = error.validationContext ?? "body";
    const codes: Record<string, string> = { body: "invalid_body", headers: "invalid_header" };
    const code = codes[context] ?? "invalid_query";
    return new Problem(code, `${describeFaults(error.validation, undefined, undefined, `the ${context}`)}.`);
  }
  switch (error.statusCode) {
    case 400:
      return new Problem("invalid_body", "The body could not be read as JSON.");
    case 404:
      return new Problem("not_found", "There is no such route; see /docs.");
    case 413:
      return new Problem("body_too_large", "The body is larger than this service reads; send fewer items.");
    case 415:
      return new Problem("unsupported_media_type", "Send application/json.");
    default:
      return new Problem("internal", "The service failed; its log has the cause.");
  }
}
