/**
 * What all HTTP services share. Commands without HTTP import the package's other entries (`config`,
 * `fair-turn`, `problem`, `settings`, `thread`), which load no HTTP library.
 */
export { createApp, listen } from "./app.ts";
export type { App } from "./app-type.ts";
export { readBody } from "./body.ts";
export { collectGarbage } from "./collect-garbage.ts";
export { ConfigError, configTable, printableConfig, readConfig } from "./config.ts";
export { deadline, registerDeadline, requestTimeout, TimeoutHeader } from "./deadline.ts";
export { fairTurn } from "./fair-turn.ts";
export { parseJson } from "./json.ts";
export { checkUtf8 } from "./json-body.ts";
export { createLogger, type LogLevel } from "./log.ts";
export { contract, writeOrCheck } from "./openapi.ts";
export { COMMON_PROBLEMS, closed, Problem, type ProblemTable, problemResponses } from "./problem.ts";
export { asProblem } from "./problem-handlers.ts";
export { describeFaults, type SchemaFault } from "./schema-fault.ts";
export { httpSettings, Limit } from "./settings.ts";
export { closeOnSignal } from "./shutdown.ts";
export { openThread } from "./thread.ts";
export { unpackedWithin } from "./unpacking.ts";
