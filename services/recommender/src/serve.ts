import { closeOnSignal, createLogger, listen, printableConfig } from "@undertone/base";
import { type Config, ConfigSchema } from "./config.ts";
import { buildApp } from "./http/app.ts";
import { Recommender } from "./recommender.ts";

/** What is stored first, then the port: whoever can connect is answered. */
export async function serve(config: Config): Promise<void> {
  const log = createLogger(config.logLevel);
  log.debug({ config: printableConfig(ConfigSchema, config) }, "configuration");
  const recommender = await Recommender.open(config, log);
  const app = await buildApp(config, recommender, log);
  closeOnSignal({
    close: async () => {
      await app.close();
      await recommender.close();
    },
    giveUp: () => app.server.closeAllConnections(),
    log,
  });
  const url = await listen(app, config);
  recommender.start();
  const { rows, size, unscored } = recommender.catalogue;
  log.info({ url, rows, items: size, unscored }, `Undertone recommends on ${url}`);
  log.info(`Try:  curl ${url}/users/me/recommendations`);
  log.info(`Docs: ${url}/docs`);
}
