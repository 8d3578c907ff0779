import type { Config } from "./config.ts";
import { openScorer } from "./open-scorer.ts";
import { Refusal } from "./scoring/refusal.ts";

/** Prints the result of one text as JSON, as POST /sentiment answers it. */
export async function scoreText(config: Config, text: string): Promise<void> {
  const scorer = await openScorer({ ...config, workers: 1 });
  const { outcomes } = await scorer.score([text]);
  await scorer.close();
  const [outcome] = outcomes;
  if (outcome instanceof Refusal) throw outcome;
  const { name, version } = scorer.artifact.manifest;
  console.log(JSON.stringify({ ...outcome, model: { name, version } }, null, 2));
}
