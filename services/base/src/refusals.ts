import type { FastifyInstance, RouteOptions } from "fastify";
import { isOpenRoute } from "./access.ts";
import { type ProblemTable, problemResponses } from "./problem.ts";

/** The problems that every route can answer with before its handler runs. */
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

/** Documents the problems of this package's hooks on every route that is registered later. */
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

/** The route's own description comes first. A protocol with an error format of its own keeps it. */
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
