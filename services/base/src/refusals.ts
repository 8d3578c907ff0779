import type { FastifyInstance, RouteOptions } from "fastify";
import { isOpenRoute } from "./access.ts";
import { type ProblemTable, problemResponses } from "./problem.ts";

/** What is refused before a route's handler is asked, on every route. */
const ALWAYS = [
  "malformed_request",
  "invalid_header",
  "misdirected_request",
  "rate_limited",
  "overloaded",
  "draining",
] as const;
const PROBES = /^\/(livez|readyz)$/;

interface Response {
  description?: string;
  content?: Record<string, { examples?: Record<string, unknown> }>;
}

/**
 * Documents on every route registered after this what the hooks of this folder can answer instead
 * of it.
 */
export function documentRefusals(app: FastifyInstance, table: ProblemTable): void {
  app.addHook("onRoute", (route) => {
    if (route.schema === undefined || PROBES.test(route.url)) return;
    const documented = (route.schema.response ?? {}) as Record<string, Response>;
    const refusals = problemResponses(table, codesOf(route)) as Record<string, Response>;
    for (const [status, refusal] of Object.entries(refusals)) {
      documented[status] = merge(documented[status], refusal);
    }
    route.schema.response = documented;
  });
}

function codesOf(route: RouteOptions): string[] {
  const codes: string[] = [...ALWAYS];
  if (!isOpenRoute(route)) codes.push("unauthorized");
  if (![route.method].flat().every((method) => method === "GET" || method === "HEAD"))
    codes.push("foreign_origin");
  return codes;
}

/** A route's own words come first; a protocol that says these in words of its own keeps them. */
function merge(own: Response | undefined, refusal: Response): Response {
  if (own === undefined) return refusal;
  const type = "application/problem+json";
  const problem = own.content?.[type];
  if (problem === undefined) return own;
  const examples = { ...problem.examples, ...refusal.content![type]!.examples };
  const names = new Set(Object.keys(problem.examples ?? {}));
  const added = Object.keys(refusal.content![type]!.examples ?? {}).filter((code) => !names.has(code));
  if (added.length === 0) return own;
  const sentences = refusal
    .description!.split(/ (?=`)/)
    .filter((one) => added.some((code) => one.startsWith(`\`${code}\``)));
  const description = [own.description, ...sentences].join(" ");
  return { ...own, description, content: { ...own.content, [type]: { ...problem, examples } } };
}
