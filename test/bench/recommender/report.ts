import type { Interval } from "./bootstrap.ts";
import { FIRST } from "./early-quality.ts";
import { GAMMA } from "./evaluate.ts";
import { type Measured, OUR_SCORE } from "./measure.ts";
import { OURS, PLACEBO, type RankingTable } from "./ranking-table.ts";

export interface Circumstances {
  machine: string;
  commit: string;
  date: string;
  command: string;
}

/** A mean over nobody is not a number: a dash. */
const number = (value: number, digits: number) => (Number.isNaN(value) ? "-" : value.toFixed(digits));
const percent = (share: number, digits = 0) => `${number(100 * share, digits)} %`;
const signed = (share: number) => {
  const tenths = Math.round(1000 * share) / 10;
  return `${tenths < 0 ? "" : "+"}${number(tenths, 1)}`;
};
const interval = ({ value, low, high }: Interval) => `${signed(value)} % [${signed(low)}, ${signed(high)}]`;
const table = (head: string[], rows: string[][]) =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

const bold = (name: string) => (name.endsWith(OUR_SCORE) ? `**${name}**` : name);
const gainOf = ({ rows }: RankingTable, wanted: string) =>
  interval(rows.find(({ name }) => name === wanted)!.gain);

/** The whole result as Markdown. */
export function report(measured: Measured, { machine, commit, date, command }: Circumstances): string {
  const { corpus, model, auc, earlyQuality, starCoverage, byTime, gammas } = measured;
  return `${headline(measured)}

Made by \`${command}\` on ${date}: ${machine}; commit ${commit}; model ${model}.
${corpus.reviews} reviews by ${corpus.users} users of ${corpus.items} items, ${percent(corpus.liked / corpus.reviews)} liked, ${percent(corpus.withStars / corpus.reviews)} with stars. AUC of one
review's score against its own verdict: ours ${number(auc.ours, 3)}, VADER ${number(auc.vader, 3)}.

Every item that the user has not reviewed is ranked; right is a held-out item that the user liked. Score rows see no star;
the row of stars sees those that were given. The recommender's gamma is ${GAMMA}.
Gains are in NDCG@10 over kNN on interactions, in brackets the 95 % interval of a
paired bootstrap over users. GAUC: held-out liked above disliked. Liked among hits: of the first 10 that the user did review.

**The last 20 % of each user's reviews** ${ranking(measured.lastOfEachUser)}
${byTime ? `\n**Split by time**: the last 20 % of all reviews ${ranking(byTime)}\n` : ""}
**Quality from an item's first reviews** against its liked share after the tenth, Spearman, ${earlyQuality.items} items:

${table(
  ["y from", ...FIRST.map((k) => `first ${k}`)],
  earlyQuality.rows.map(({ name, correlations }) => [bold(name), ...correlations.map((c) => number(c, 3))]),
)}

**Gamma, on the training reviews alone**, the last 20 % of each user's held out; gains with our score in NDCG@10 over kNN on interactions, where
only a liked item is right and where every reviewed one is:

${table(
  ["gamma", "liked", "reviewed"],
  gammas.map(({ gamma, liked, reviewed }) => [
    gamma === GAMMA ? `**${gamma}**` : `${gamma}`,
    interval(liked),
    interval(reviewed),
  ]),
)}

**Limit: stars.** A random part of the reviews that have stars keeps them, the others are interactions only; last 20 %.
Where all keep them, our score has nothing to add:

${table(
  ["with stars", "stars alone", "stars, our score for the rest", "what our score adds"],
  starCoverage.map((row) => [
    percent(row.coverage),
    interval(row.stars),
    interval(row.both),
    interval(row.added),
  ]),
)}

**Limit: nearly all reviews are positive.** A derived corpus, collected by nobody: disliked reviews dropped at random until
95 % are liked; last 20 % ${measured.mostlyLiked ? ranking(measured.mostlyLiked) : "leave nobody to ask."}
`;
}

function headline({ lastOfEachUser, byTime, earlyQuality }: Measured): string {
  const early = earlyQuality.rows.find(({ name }) => name === OUR_SCORE)!.correlations[FIRST.indexOf(3)]!;
  const inTime = byTime ? ` (split by time: ${gainOf(byTime, OURS)})` : "";
  return `What our score adds to kNN on interactions, in NDCG@10: ${gainOf(lastOfEachUser, OURS)}${inTime}. What shuffled scores
add: ${gainOf(lastOfEachUser, PLACEBO)}. Rank correlation of an item's quality after three reviews with its later liked share: ${number(early, 2)}.
On your own reviews: \`npm run bench:recommender -- --corpus FILE\`; \`--help\` names the columns.`;
}

const ranking = ({ users, training, heldOutLiked, rows }: RankingTable) =>
  `(${users} users, ${training} training reviews, ${heldOutLiked} held-out liked items):\n\n${table(
    ["ranking", "NDCG@10", "gain", "gain at gamma 1", "recall@10", "GAUC", "liked among hits"],
    rows.map(({ name, means, gain, gainAtGamma1 }) => [
      bold(name),
      number(means.ndcg, 4),
      name === "kNN on interactions" ? "" : interval(gain),
      gainAtGamma1 ? interval(gainAtGamma1) : "",
      number(means.recall, 4),
      number(means.gauc, 3),
      percent(means.likedShare, 1),
    ]),
  )}`;
