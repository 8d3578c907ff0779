import { closeOnSignal, createLogger, listen, printableConfig, readConfig } from "@undertone/base";
import { type Config, ConfigSchema } from "./config.ts";
import { buildApp } from "./http/app.ts";
import { Recommender } from "./recommender.ts";

/** Loads the database before it opens the port, so that every client that can connect is answered. */
async function serve(config: Config): Promise<void> {
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

// A fault of the configuration or the database is printed as one line, without a stack.
try {
  if (process.argv.length > 2)
    throw new Error(
      "The recommender takes no arguments. Environment variables configure it: see " +
        "services/recommender/README.md.",
    );
  await serve(readConfig(ConfigSchema, process.env));
} catch (error) {
  const { message, cause } = error as Error;
  const reason = cause instanceof Error ? `${message} The cause: ${cause.message}` : message;
  console.error(reason.replace(/^/gm, "undertone: "));
  process.exit(1);
}
