import {
  COMMON_PROBLEMS,
  closeOnSignal,
  createApp,
  createLogger,
  listen,
  Problem,
  printableConfig,
} from "@undertone/base";
import { type StreamConfig, StreamConfigSchema } from "./config.ts";
import { registerMetrics } from "./metrics.ts";
import { openWorker } from "./open-worker.ts";

/** Scores the stream until a signal, and serves health and metrics over HTTP meanwhile. */
export async function runWorker(config: StreamConfig): Promise<void> {
  const log = createLogger(config.logLevel);
  log.debug({ config: printableConfig(StreamConfigSchema, config) }, "configuration");
  const opened = await openWorker(config, log);
  const { worker, nc, scorer, consumer } = opened;
  const http = { ...config, port: config.streamMetricsPort };
  let draining = false;
  const { app, metrics } = await createApp({
    config: http,
    log,
    problems: COMMON_PROBLEMS,
    info: { title: "Undertone stream worker", version: "1.0.0", description: "Health and measurements." },
    unready: () => (draining ? new Problem("draining", COMMON_PROBLEMS.draining.title) : undefined),
    unreadyCodes: ["draining"],
  });
  registerMetrics(metrics.registry, { events: worker.events, ...opened });
  closeOnSignal({
    close: async () => {
      draining = true;
      await opened.close();
      app.server.closeAllConnections();
      await app.close();
    },
    giveUp: () => worker.giveUp(),
    log,
  });
  const url = await listen(app, http);
  const { name, version } = scorer.artifact.manifest;
  log.info({ url, consumer, server: nc.getServer() }, `Undertone scores the stream with ${name} ${version}`);
  await worker.run();
}
