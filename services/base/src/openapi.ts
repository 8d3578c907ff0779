import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import Type from "typebox";
import { stringify } from "yaml";
import type { App } from "./app-type.ts";
import { type ProblemTable, problemResponses } from "./problem.ts";

export function openapiRoute(app: App, problems: ProblemTable): void {
  const schema = {
    tags: ["operation"],
    summary: "This document.",
    response: {
      200: { description: "OpenAPI 3.1.", content: { "application/yaml": { schema: Type.Object({}) } } },
      ...problemResponses(problems, ["draining"]),
    },
  };
  let text: string | undefined;
  const document = () => {
    text ??= contract(app);
    return text;
  };
  // Before somebody asks: it takes a while, in which nobody else is answered.
  app.addHook("onListen", async () => {
    document();
  });
  app.get("/openapi.yaml", { schema }, async (_request, reply) => {
    reply.type("application/yaml");
    return document();
  });
}

/** The contract as the routes state it; the app must be ready. */
export function contract(app: App): string {
  return stringify(app.swagger(), { lineWidth: 110, aliasDuplicateObjects: false });
}

/** Writes a generated file; with --check on the command line fails when the file is another. */
export async function writeOrCheck(file: URL, current: string, script: string): Promise<void> {
  if (!process.argv.includes("--check")) {
    await writeFile(file, current);
  } else if ((await readFile(file, "utf8").catch(() => "")) !== current) {
    console.error(
      `${fileURLToPath(file)} is not what it is made from: run \`npm run ${script}\` and commit it.`,
    );
    process.exitCode = 1;
  }
}
