import type { Attribution, Movement } from "../evaluation/attribution.ts";
import { percent, table } from "./markdown.ts";

/** The part of the model card about whether explanations name the words that a score rests on. */
export function attributionSection({ reviews, removed, top, random, topMovesMore }: Attribution): string {
  const row = (name: string, { score, logOdds }: Movement) => [name, score.toFixed(3), logOdds.toFixed(3)];
  return `## Whether explanations name what matters

From each of ${reviews} validation reviews, chosen by a fixed seed, ${removed} words are removed: those
with the largest contribution to the given label, found by leaving out one at a time as
POST /sentiment/explain does, or random ones (mean of 5 draws). The top words move the score more in
${percent(topMovesMore, 1)} of the reviews.

${table(
  [`${removed} words removed`, "mean movement of the score", "of the log-odds"],
  [row("the top ones", top), row("random ones", random)],
)}`;
}
