import { closeOnSignal, createLogger, listen, printableConfig } from "@undertone/base";
import { type Config, ConfigSchema } from "./config.ts";
import { buildApp } from "./http/app.ts";
import { openScorer } from "./open-scorer.ts";
import { reloadOnSignal } from "./reload-on-signal.ts";

/** Model first, then the port: whoever can connect is answered. */
export async function serve(config: Config): Promise<void> {
  const log = createLogger(config.logLevel);
  log.debug({ config: printableConfig(ConfigSchema, config) }, "configuration");
  const scorer = await openScorer(config, (message) => log.warn(message));
  const app = await buildApp(config, scorer, log);
  reloadOnSignal(scorer, config, log);
  closeOnSignal({
    close: async () => {
      await app.close();
      await scorer.close();
    },
    giveUp: () => scorer.refuse(),
    log,
  });
  const url = await listen(app, config);
  const { name, version } = scorer.artifact.manifest;
  const { provider } = scorer.opened;
  log.info({ url }, `Undertone serves ${name} ${version} on ${url} (${provider})`);
  log.info(`Try:  curl ${url}/sentiment -H 'content-type: application/json' -d '{"text":"A great film."}'`);
  log.info(`Docs: ${url}/docs`);
}
