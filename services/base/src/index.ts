/** What every HTTP service of ours does alike. It knows none of them. */
export { ConfigError, configTable, printableConfig, readConfig } from "./config.ts";
export { registerDocs } from "./docs.ts";
export { registerHealth } from "./health.ts";
export { createLogger, type LogLevel } from "./log.ts";
export { HttpMetrics } from "./metrics.ts";
export {
  COMMON_PROBLEMS,
  type CommonProblemCode,
  Problem,
  type ProblemTable,
  problemDocument,
  problemResponses,
  problemSchema,
  problemTable,
} from "./problem.ts";
export { registerProblems, undecodablePath } from "./problem-handlers.ts";
export { closeOnSignal } from "./shutdown.ts";
