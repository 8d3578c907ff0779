import { contract, createLogger, readConfig, writeOrCheck } from "@undertone/base";
import { ConfigSchema } from "../config.ts";
import type { Recommender } from "../recommender.ts";
import { buildApp } from "./app.ts";

/**
 * npm run openapi:recommender: writes openapi.yaml from the routes. With --check it compares the
 * file.
 */
const file = new URL("../../openapi.yaml", import.meta.url);
// The contract does not depend on the environment, and no route is called here.
const app = await buildApp(readConfig(ConfigSchema, {}), {} as Recommender, createLogger("warn"));
await app.ready();
await writeOrCheck(file, contract(app), "openapi:recommender");
await app.close();
