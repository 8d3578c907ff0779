import { collectGarbage } from "@undertone/base";
import type { Artifact } from "@undertone/models";
import type { FastifyBaseLogger } from "fastify";
import type { Config } from "./config.ts";
import { readModel } from "./open-scorer.ts";
import type { Scorer } from "./scoring/scorer.ts";

/**
 * On SIGHUP the model's folder is read again. If the new model is sound it is used, otherwise the
 * old one stays.
 */
export function reloadOnSignal(scorer: Scorer, config: Config, log: FastifyBaseLogger): void {
  let last = Promise.resolve(); // one reload after the other
  process.on("SIGHUP", () => {
    last = last.then(() => reload(scorer, config, log)).then(collectGarbage);
  });
}

async function reload(scorer: Scorer, config: Config, log: FastifyBaseLogger): Promise<void> {
  const old = nameOf(scorer.artifact);
  try {
    const artifact = await readModel(config);
    await scorer.reload(artifact);
    log.info({ old, new: nameOf(artifact) }, "model reloaded");
  } catch (error) {
    log.error({ reason: (error as Error).message }, `model not reloaded: ${old} goes on`);
  }
}

function nameOf({ manifest }: Pick<Artifact, "manifest">): string {
  return `${manifest.name} ${manifest.version}`;
}
