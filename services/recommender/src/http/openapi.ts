import { contract, createLogger, readConfig, writeOrCheck } from "@undertone/base";
import { ConfigSchema } from "../config.ts";
import type { Recommender } from "../recommender.ts";
import { buildApp } from "./app.ts";

/** npm run openapi:recommender: writes this service's openapi.yaml from the routes. With --check: fails when the file is another. */
const file = new URL("../../openapi.yaml", import.meta.url);
// The contract is the same for every environment: no route is called here.
const app = await buildApp(readConfig(ConfigSchema, {}), {} as Recommender, createLogger("warn"));
await app.ready();
await writeOrCheck(file, contract(app), "openapi:recommender");
await app.close();
