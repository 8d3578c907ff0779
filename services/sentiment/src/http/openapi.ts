import { readFile, writeFile } from "node:fs/promises";
import { createLogger, readConfig } from "@undertone/base";
import { ConfigSchema } from "../config.ts";
import type { Scorer } from "../scoring/scorer.ts";
import { buildApp } from "./app.ts";
import { contract } from "./routes/openapi.ts";

/** npm run openapi: writes openapi.yaml from the routes. With --check: fails when the file is another. */
const file = new URL("../../../../openapi.yaml", import.meta.url);
// The contract is the same for every environment and every model: no route is called here.
const app = await buildApp(readConfig(ConfigSchema, {}), {} as Scorer, createLogger("warn"));
await app.ready();
const current = contract(app);
await app.close();

if (!process.argv.includes("--check")) {
  await writeFile(file, current);
} else if ((await readFile(file, "utf8").catch(() => "")) !== current) {
  console.error("openapi.yaml is not what the routes say: run `npm run openapi` and commit it.");
  process.exitCode = 1;
}
