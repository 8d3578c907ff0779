import { contract, createLogger, readConfig, writeOrCheck } from "@undertone/base";
import { ConfigSchema } from "../config.ts";
import type { Scorer } from "../scoring/scorer.ts";
import { ScoringEvents } from "../scoring/worker-pool.ts";
import { buildApp } from "./app.ts";

/**
 * npm run openapi: writes openapi.yaml from the routes. With --check it writes nothing, and fails
 * if the file differs.
 */
const file = new URL("../../../../openapi.yaml", import.meta.url);
// No route is called, so the contract does not depend on the environment or the model.
const app = await buildApp(
  readConfig(ConfigSchema, {}),
  { events: new ScoringEvents() } as Scorer,
  createLogger("warn"),
);
await app.ready();
await writeOrCheck(file, contract(app), "openapi");
await app.close();
