import type { Interval } from "./bootstrap.ts";
import { FIRST } from "./early-quality.ts";
import { SERVICE } from "./evaluate.ts";
import { type Measured, OUR_SCORE } from "./measure.ts";
import { BASE, OURS, PLACEBO, type RankingTable } from "./ranking-table.ts";
import type { WeightsStudy } from "./weights.ts";

export interface Circumstances {
  machine: string;
  commit: string;
  date: string;
  command: string;
}

/** Digits of a mean; a dash if there are no users. */
const number = (value: number, digits: number) => (Number.isNaN(value) ? "-" : value.toFixed(digits));
const percent = (share: number, digits = 0) => `${number(100 * share, digits)} %`;
const signed = (share: number) => {
  const tenths = Math.round(1000 * share) / 10;
  return `${tenths < 0 ? "" : "+"}${number(tenths, 1)}`;
};
const interval = ({ value, low, high }: Interval) =>
  Number.isNaN(value) ? "-" : `${signed(value)} % [${signed(low)}, ${signed(high)}]`;
const table = (head: string[], rows: string[][]) =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

const bold = (name: string) => ([OUR_SCORE, OURS].includes(name) ? `**${name}**` : name);
const gainOf = ({ rows }: RankingTable, wanted: string) =>
  interval(rows.find(({ name }) => name === wanted)!.gain);

/** The whole result as Markdown. */
export function report(measured: Measured, { machine, commit, date, command }: Circumstances): string {
  const { corpus, model, auc, earlyQuality, starCoverage, byTime, weights } = measured;
  const { gamma, popularityWeight } = SERVICE;
  const [liked, withStars] = [corpus.liked, corpus.withStars].map((count) => percent(count / corpus.reviews));
  const nearlyAllLiked = measured.mostlyLiked ? ranking(measured.mostlyLiked) : "leaves no user.";
  return `${headline(measured)}

\`${command}\` made this section on ${date}: ${machine}; commit ${commit}; model ${model}.
${corpus.reviews} reviews by ${corpus.users} users of ${corpus.items} items, ${liked} liked, ${withStars} with stars.
The AUC of a review's score against its own verdict: ours ${number(auc.ours, 3)}, VADER ${number(auc.vader, 3)}.

Every item that the user has not reviewed is ranked. A hit is a held-out item that the user liked. The rows
with scores see no stars; the row with stars sees those that were given. gamma is ${gamma}, beta is ${popularityWeight}.
Gains are in NDCG@10 over the recommender without sentiment; brackets hold the 95 % interval of a paired
bootstrap over users. "Under ten" and "ten and more" are the NDCG@10 of users by the number of their reviews.
GAUC: how often a held-out liked item is above a disliked one. Liked hits: the share of liked items among the
first 10 that the user did review.

**Test on the last 20 % of each user's reviews** ${ranking(measured.lastOfEachUser)}
${byTime ? `\n**Test on the last 20 % of all reviews (split by time)** ${ranking(byTime)}\n` : ""}
**Quality from an item's first reviews** against the share of its later reviews (after the tenth) that like
it, Spearman, ${earlyQuality.items} items:

${table(
  ["y from", ...FIRST.map((k) => `first ${k}`)],
  earlyQuality.rows.map(({ name, correlations }) => [bold(name), ...correlations.map((c) => number(c, 3))]),
)}

**How gamma and beta were chosen: on the training reviews alone**, split again in both ways. NDCG@10 with our
score of all users, of those under ten reviews, and of the others:

${weightsTable(weights)}

**Limit: stars.** A random part of the reviews that have stars keeps them, the others are interactions only.
If all keep them, our score has nothing to add:

${table(
  ["with stars", "stars alone", "stars, our score for the rest", "what our score adds"],
  starCoverage.map((row) => [
    percent(row.coverage),
    interval(row.stars),
    interval(row.both),
    interval(row.added),
  ]),
)}

**Limit: nearly all reviews are positive.** A derived corpus: disliked reviews are dropped at random until
95 % are liked; test on the last 20 % of each user ${nearlyAllLiked}
`;
}

function headline({ lastOfEachUser, byTime, earlyQuality }: Measured): string {
  const early = earlyQuality.rows.find(({ name }) => name === OUR_SCORE)!.correlations[FIRST.indexOf(3)]!;
  const inTime = byTime ? ` (split by time: ${gainOf(byTime, OURS)})` : "";
  return `Our score adds ${gainOf(lastOfEachUser, OURS)}${inTime} in NDCG@10 to the recommender without
sentiment. Shuffled scores add ${gainOf(lastOfEachUser, PLACEBO)}. An item's quality after three reviews has
the rank correlation ${number(early, 2)} with its later liked share. On your own reviews:
\`npm run bench:recommender -- --corpus FILE\`; \`--help\` names the columns.`;
}

function ranking({ users, training, heldOutLiked, rows, overBefore, peersSkipped }: RankingTable): string {
  const sizes = [
    `${users.few} users under ten reviews and ${users.many} others`,
    `${training} training reviews`,
    `${heldOutLiked} held-out liked items`,
  ];
  const gains = overBefore.map(([group, gain]) => `${interval(gain)} for ${group}`);
  const skipped = peersSkipped === undefined ? "" : `\n\nOther recommenders: SKIPPED, ${peersSkipped}.`;
  const figures = table(
    ["ranking", "NDCG@10", "gain", "under ten", "ten and more", "recall@10", "GAUC", "liked hits"],
    rows.map(({ name, means, gain, groups }) => [
      bold(name),
      number(means.ndcg, 4),
      name === BASE ? "" : interval(gain),
      number(groups.few, 4),
      number(groups.many, 4),
      number(means.recall, 4),
      number(means.gauc, 3),
      percent(means.likedShare, 1),
    ]),
  );
  return `(${sizes.join(", ")}):\n\n${figures}\n\nOver the ranking before: ${gains.join("; ")}.${skipped}`;
}

function weightsTable({ rows, chosen }: WeightsStudy): string {
  const figures = (f: { all: number; few: number; many: number } | undefined) =>
    f ? [f.all, f.few, f.many].map((value) => number(value, 4)).join(" / ") : "-";
  return table(
    ["beta", "gamma", "last 20 % of each user", "split by time"],
    rows.map(({ popularityWeight: beta, gamma, lastOfEachUser, byTime }, index) => {
      const isChosen = chosen?.gamma === gamma && chosen.popularityWeight === beta && index > 0;
      const name = beta < 0.001 ? "0" : `${beta}`;
      return [
        index === 0 ? "0 (before)" : isChosen ? `**${name}**` : name,
        isChosen ? `**${gamma}**` : `${gamma}`,
        figures(lastOfEachUser),
        figures(byTime),
      ];
    }),
  );
}
