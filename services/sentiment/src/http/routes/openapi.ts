import { problemResponses } from "@undertone/base";
import Type from "typebox";
import { stringify } from "yaml";
import type { App } from "../door.ts";
import { PROBLEMS } from "../errors.ts";

export function openapiRoute(app: App): void {
  const schema = {
    tags: ["operation"],
    summary: "This contract.",
    response: {
      200: { description: "OpenAPI 3.1.", content: { "application/yaml": { schema: Type.String() } } },
      ...problemResponses(PROBLEMS, ["draining"]),
    },
  };
  app.get("/openapi.yaml", { schema }, async (_request, reply) => {
    reply.type("application/yaml");
    return contract(app);
  });
}

/** The contract as the routes state it; the app must be ready. */
export function contract(app: App): string {
  return stringify(app.swagger(), { lineWidth: 110, aliasDuplicateObjects: false });
}
