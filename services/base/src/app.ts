import type { AddressInfo } from "node:net";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import fastify, { type FastifyBaseLogger, LogController } from "fastify";
import { guardRoutes } from "./access.ts";
import { ANSWER_SIZES, limitAnswers } from "./answer-size.ts";
import type { App } from "./app-type.ts";
import { readJsonBodies } from "./body.ts";
import { refuseConnection } from "./client-errors.ts";
import { refuseWhileClosing } from "./closing.ts";
import { limitConnections } from "./connections.ts";
import { keepConstantAnswers } from "./constant-answers.ts";
import { checkTimeoutHeader } from "./deadline.ts";
import { registerDocs } from "./docs.ts";
import { type ReadyDetails, registerHealth } from "./health.ts";
import { guardOrigins } from "./host-and-origin.ts";
import { countBytesInFlight, watchBytes } from "./in-flight.ts";
import { checkBodyHeaders } from "./json-body.ts";
import { releaseMemory } from "./memory-release.ts";
import { HttpMetrics } from "./metrics.ts";
import { openapiRoute } from "./openapi.ts";
import { orderPipelinedRequests } from "./pipelining.ts";
import { type Problem, type ProblemTable, problemSchema, problemTable } from "./problem.ts";
import { registerProblems, undecodablePath } from "./problem-handlers.ts";
import { documentRefusals } from "./refusals.ts";
import { logRequests } from "./request-log.ts";
import { setSecurityHeaders } from "./security-headers.ts";
import type { HttpConfig } from "./settings.ts";
import { traceRequests } from "./tracing.ts";

export interface AppOptions<Table extends ProblemTable> {
  config: HttpConfig;
  log: FastifyBaseLogger;
  problems: Table;
  info: { title: string; version: string; description: string };
  /** Why the service is not ready, and the codes of `problems` that this can give. */
  unready: () => Problem | undefined | Promise<Problem | undefined>;
  unreadyCodes: (keyof Table & string)[];
  readyDetails?: ReadyDetails;
}

/**
 * Creates a server with all options and the routes that every service has. A service adds its own.
 */
export async function createApp<Table extends ProblemTable>(
  options: AppOptions<Table>,
): Promise<{ app: App; metrics: HttpMetrics }> {
  const { config, log, problems, info } = options;
  const app: App = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: config.maxBodyBytes,
    requestTimeout: config.receiveTimeoutMs, // limits receiving the request; deadline.ts limits the answer
    http: {
      headersTimeout: Math.min(config.headersTimeoutMs, config.receiveTimeoutMs),
      connectionsCheckingInterval: 500, // how often Node checks both timeouts; its default is 30 s
    },
    clientErrorHandler: refuseConnection(problems),
    trustProxy: (_address, hop) => hop < config.trustedProxies,
    frameworkErrors: undecodablePath(problems),
    routerOptions: { maxParamLength: 2_400 }, // an id of 200 characters, percent-encoded
    return503OnClosing: false, // refuseWhileClosing answers with a problem document instead
    ajv: {
      customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, verbose: true },
    },
  }).withTypeProvider<TypeBoxTypeProvider>();
  readJsonBodies(app, config.maxBodyBytes);
  // TypeScript checks the answers against their schemas, and a test checks what is sent.
  app.setSerializerCompiler(() => JSON.stringify);
  app.addSchema(problemSchema(problems));
  limitConnections(app, config.maxConnections);
  // The hooks are in the order in which a request passes them.
  setSecurityHeaders(app);
  orderPipelinedRequests(app);
  registerProblems(app, problems);
  checkBodyHeaders(app);
  const draining = refuseWhileClosing(app, problems);
  await guardOrigins(app, config);
  checkTimeoutHeader(app);
  logRequests(app);
  await traceRequests(app, config.otelExporterOtlpEndpoint, info.title);
  guardRoutes(app, config);
  limitAnswers(app, config.maxAnswerBytes);
  const budget = countBytesInFlight(app, config);
  releaseMemory(app, budget, log);
  keepConstantAnswers(app);
  documentRefusals(app, problems);

  const codes = `Every error is a problem document (RFC 9457) with one of these codes:\n\n${problemTable(problems)}`;
  await registerDocs(app, { ...info, description: `${info.description} ${codes}\n\n${ANSWER_SIZES}` });
  const metrics = new HttpMetrics();
  metrics.register(app);
  watchBytes(budget, metrics.registry);
  const unready = async () => draining() ?? (await options.unready());
  const { unreadyCodes, readyDetails: details } = options;
  registerHealth(app, { table: problems, unready, codes: unreadyCodes, details });
  openapiRoute(app, problems);
  return { app, metrics };
}

/** Opens the port. Returns the service's address, to which a path can be appended. */
export async function listen(app: App, { host, port }: HttpConfig): Promise<string> {
  await app.listen({ host, port, listenTextResolver: () => "listening" });
  const address = app.server.address() as AddressInfo;
  return `http://${host.includes(":") ? `[${host}]` : host}:${address.port}`;
}
