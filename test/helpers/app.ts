import type { TestContext } from "node:test";
import { type App, createLogger, readConfig } from "@undertone/base";
import { readArtifact } from "@undertone/models";
import { type Config, ConfigSchema } from "../../services/sentiment/src/config.ts";
import { buildApp } from "../../services/sentiment/src/http/app.ts";

import { Scorer } from "../../services/sentiment/src/scoring/scorer.ts";
import { TINY_MODEL } from "./model.ts";

/** The program of a worker thread that dies when it scores certain texts. */
export const DYING_WORKER = new URL("./dying-worker.ts", import.meta.url).href;
/** The program of a worker thread that needs 40 ms per batch. */
export const SLOW_WORKER = new URL("./slow-worker.ts", import.meta.url).href;

type Overrides = Partial<Config> & { program?: string };

export function testConfig(overrides: Partial<Config> = {}): Config {
  return {
    ...readConfig(ConfigSchema, {}),
    modelDir: TINY_MODEL,
    workers: 2,
    executionProvider: "cpu",
    ...overrides,
  };
}

export async function startScorer(
  t: TestContext | { after: (f: () => unknown) => void },
  overrides: Overrides = {},
) {
  const { program, ...settings } = overrides;
  const config = testConfig(settings);
  const scorer = await Scorer.start(await readArtifact(config.modelDir), {
    ...config,
    provider: config.executionProvider,
    ...(program === undefined ? {} : { program }),
  });
  t.after(() => scorer.close());
  return { config, scorer };
}

/** The production app over the tiny model, closed when the test (or `after` of a file) ends. */
export async function startApp(
  t: TestContext | { after: (f: () => unknown) => void },
  overrides: Overrides = {},
  log: Parameters<typeof buildApp>[2] = createLogger("silent"),
): Promise<App> {
  return (await startAppOver(t, await startScorer(t, overrides), log)).app;
}

/** The same, with the test's own scorer. */
export async function startAppOver(
  t: TestContext | { after: (f: () => unknown) => void },
  { config, scorer }: { config: Config; scorer: Scorer },
  log: Parameters<typeof buildApp>[2] = createLogger("silent"),
) {
  const app = await buildApp(config, scorer, log);
  t.after(async () => {
    // A client that left a stream keeps its connection for the keep-alive time. Tests do not wait for
    // that.
    const timer = setTimeout(() => app.server.closeAllConnections(), 1_000);
    await app.close();
    clearTimeout(timer);
  });
  await app.ready();
  return { app, scorer };
}
