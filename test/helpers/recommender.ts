import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type App, createLogger, readConfig } from "@undertone/base";
import { type Config, ConfigSchema } from "../../services/recommender/src/config.ts";
import { buildApp } from "../../services/recommender/src/http/app.ts";
import { Recommender } from "../../services/recommender/src/recommender.ts";

export interface Owner {
  after: (stop: () => unknown) => void;
}

/** A port at which no service listens: by default the sentiment service is down. */
export const NOBODY = "http://127.0.0.1:1";

/** A file in its own folder, which is removed when the test ends. */
export function databasePath(t: Owner): string {
  const folder = mkdtempSync(path.join(tmpdir(), "undertone-recommender-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return path.join(folder, "made/recommender.db");
}

export function testConfig(overrides: Partial<Config>): Config {
  return { ...readConfig(ConfigSchema, {}), sentimentUrl: NOBODY, ...overrides };
}

/** Opens a recommender. It neither scores nor rebuilds until `start()` is called. */
export async function openRecommender(t: Owner, overrides: Partial<Config> = {}) {
  const config = testConfig({ databasePath: databasePath(t), ...overrides });
  const recommender = await Recommender.open(config, createLogger("silent"));
  t.after(() => recommender.close());
  return { config, recommender };
}

/** The production app over its own database. */
export async function startRecommender(
  t: Owner,
  overrides: Partial<Config> = {},
): Promise<{ app: App; recommender: Recommender; config: Config }> {
  const { config, recommender } = await openRecommender(t, overrides);
  const app = await buildApp(config, recommender, createLogger("silent"));
  t.after(() => app.close());
  await app.ready();
  return { app, recommender, config };
}

/** Resolves when `condition` is true. Rejects after 10 s. */
export async function eventually(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const start = performance.now();
  while (!(await condition())) {
    if (performance.now() - start > 10_000) throw new Error(`waited 10 s for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
