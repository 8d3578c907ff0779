import { percent, table } from "../../src/report/markdown.ts";
import type { Row } from "./record.ts";
import { type Group, groupsOf, type Spread } from "./summary.ts";

const INTRODUCTION = `# Experiments

Generated from \`results.jsonl\` by \`npm run experiment -w trainer\`; do not edit. Each row is one
training on rated reviews of the training split. The validation reviews are split off by film. Fold 0
is what the published presets hold back. The other folds have no film in common with it or with each
other. No test corpus is read.

Accuracy and ECE (the expected calibration error) are measured on the validation reviews with the
published graph (int8 until 2026-11). The validation reviews also chose the epoch and the temperature,
so all levels are slightly too high. "+-" is the standard deviation over folds and seeds. The
difference is that to the baseline with the same fold and seed, averaged over these pairs, with its
standard error. The error includes the choice of seeds and folds, but not that of the validation
reviews within a fold. Speed is that of one core that encodes and scores one text at a time. Minutes
are those of training only.
`;

/** Makes `README.md`: the rows by recipe with their spread, then all rows. */
export function experimentsTable(rows: Row[]): string {
  const groups = groupsOf(rows);
  const sections = new Map<string, Group[]>();
  for (const group of groups) {
    const title = sectionTitle(group.rows[0]!);
    sections.set(title, [...(sections.get(title) ?? []), group]);
  }
  const summaries = [...sections].map(([title, list]) => `## ${title}\n\n${summary(list)}\n`);
  return [INTRODUCTION, ...summaries, `## Every run\n\n${everyRun(rows)}\n`].join("\n");
}

const sectionTitle = ({ plan, preset, data }: Row) => `${plan}: preset ${preset}, reviews ${data}`;

function summary(groups: Group[]): string {
  const head = ["recipe", "changed", "trained on", "runs", "accuracy", "difference to the baseline"];
  return table(
    [...head, "ECE", "minutes", "parameters", "graph", "reviews/s", "hash"],
    groups.map(({ rows, accuracy, ece, minutes, reviewsPerSecond, gain }) => {
      const row = rows[0]!;
      return [
        row.name,
        changes(row, groups),
        row.trained,
        accuracy.count,
        `${percent(accuracy.mean)}${accuracy.deviation === undefined ? "" : ` +- ${points(accuracy.deviation)}`}`,
        row.recipe === row.baseline ? "the baseline" : difference(gain),
        percent(ece.mean),
        minutes.mean.toFixed(2),
        row.parameters,
        `${(row.bytes / 1e6).toFixed(2)} MB`,
        reviewsPerSecond.mean.toFixed(0),
        row.recipe,
      ];
    }),
  );
}

const points = (share: number) => (100 * share).toFixed(2);

function difference(gain?: Spread & { standardError?: number }): string {
  if (!gain) return "-";
  const sign = gain.mean > 0 ? "+" : "";
  const error = gain.standardError === undefined ? "" : `, error ${points(gain.standardError)}`;
  return `${sign}${points(gain.mean)}${error} (${gain.count} ${gain.count === 1 ? "pair" : "pairs"})`;
}

/** The settings in which a recipe differs from its baseline; all settings if it has no baseline. */
function changes({ set, recipe, baseline }: Row, groups: Group[]): string {
  const rivals = groups.flatMap(({ rows }) => rows).filter((row) => row.recipe === baseline);
  const shared = rivals[0]?.set ?? {};
  const own = Object.entries(set).filter(
    ([path, value]) => recipe === baseline || JSON.stringify(shared[path]) !== JSON.stringify(value),
  );
  return own.map(([path, value]) => `\`${path}=${JSON.stringify(value)}\``).join(" ") || "nothing";
}

function everyRun(rows: Row[]): string {
  return table(
    ["date", "commit", "recipe", "hash", "fold", "seed", "epoch", "accuracy", "ECE", "minutes", "machine"],
    rows.map((row) => [
      row.date,
      row.commit,
      row.name,
      row.recipe,
      row.fold,
      row.seed,
      row.epoch,
      percent(row.accuracy),
      percent(row.ece),
      row.minutes.toFixed(2),
      `${row.machine}, ${row.workers} training`,
    ]),
  );
}
