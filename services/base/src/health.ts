import type { FastifyInstance } from "fastify";
import Type, { type TProperties } from "typebox";
import { type Problem, type ProblemTable, problemResponses } from "./problem.ts";

const Status = (value: string, details: TProperties = {}) =>
  Type.Object({ status: Type.Literal(value), ...details }, { additionalProperties: false });

/** What a service adds to the body of /readyz, for example the state of another service. */
export interface ReadyDetails {
  schema: TProperties;
  read: () => object;
}

/** `/livez`: the event loop runs. `/readyz`: `unready` gives no reason to send work elsewhere. */
export function registerHealth(
  app: FastifyInstance,
  options: {
    table: ProblemTable;
    codes: string[];
    unready: () => Promise<Problem | undefined>;
    details?: ReadyDetails | undefined;
  },
): void {
  app.get(
    "/livez",
    {
      schema: {
        tags: ["health"],
        summary: "Check whether the process is alive.",
        response: { 200: { ...Status("alive"), description: "Alive." } },
      },
    },
    () => ({ status: "alive" }),
  );
  app.get(
    "/readyz",
    {
      schema: {
        tags: ["health"],
        summary: "Check whether the service accepts work now.",
        response: {
          200: { ...Status("ready", options.details?.schema), description: "Ready." },
          ...problemResponses(options.table, options.codes),
        },
      },
    },
    async () => {
      const problem = await options.unready();
      if (problem !== undefined) throw problem;
      return { status: "ready", ...options.details?.read() };
    },
  );
}
