import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import Type from "typebox";
import { stringify } from "yaml";
import type { App } from "./app-type.ts";
import { type ProblemTable, problemResponses } from "./problem.ts";

export function openapiRoute(app: App, problems: ProblemTable): void {
  const schema = {
    tags: ["operation"],
    summary: "Get this contract as OpenAPI 3.1.",
    response: {
      200: { description: "The contract.", content: { "application/yaml": { schema: Type.Object({}) } } },
      ...problemResponses(problems, ["draining"]),
    },
  };
  let text: string | undefined;
  const document = () => {
    text ??= contract(app);
    return text;
  };
  // At start, because it blocks the event loop for a while.
  app.addHook("onListen", async () => {
    document();
  });
  app.get("/openapi.yaml", { schema }, async (_request, reply) => {
    reply.type("application/yaml");
    return document();
  });
}

/** The contract, made from the schemas of the routes. The app must be ready. */
export function contract(app: App): string {
  return stringify(app.swagger(), { lineWidth: 110, aliasDuplicateObjects: false });
}

/**
 * Writes a generated file. With --check on the command line it writes nothing, and fails if the
 * file differs.
 */
export async function writeOrCheck(file: URL, current: string, script: string): Promise<void> {
  if (!process.argv.includes("--check")) {
    await writeFile(file, current);
  } else if ((await readFile(file, "utf8").catch(() => "")) !== current) {
    console.error(`${fileURLToPath(file)} is out of date: run \`npm run ${script}\` and commit the file.`);
    process.exitCode = 1;
  }
}
