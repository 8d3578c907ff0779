import type { ErrorAnalysis } from "../evaluation/error-analysis.ts";
import type { Group } from "../evaluation/metrics.ts";
import { percent, table } from "./markdown.ts";

const byGroup = (head: string, groups: Group[]): string =>
  table(
    [head, "reviews", "accuracy", "ECE"],
    groups.map(({ group, rows, accuracy, ece }) => [group, rows, percent(accuracy, 1), percent(ece, 1)]),
  );

/** The part of the model card about weaknesses. The figures are of the published graph. */
export function errorAnalysisSection({
  byLength,
  byStars,
  byNegation,
  byItem,
  perturbations,
  counterfactuals,
  dialects,
  worst,
}: ErrorAnalysis): string {
  return `## Where it is weak

On the test reviews where there are some, else on validation.

By length:

${byGroup("tokens scored", byLength)}

By the rating given (1 to 3 count as negative):

${byGroup("rating", byStars)}

By negations (*not*, *n't*, *never*, *hardly*) in 100 tokens:

${byGroup("negations", byNegation)}
${byItem.length > 0 ? `\nBy what is reviewed:\n\n${byGroup("items", byItem)}\n` : ""}
When the same reviews are written otherwise (1,000 of these reviews, chosen by a fixed seed):

${table(
  ["written", "accuracy", "mean movement of the score"],
  perturbations.map(({ perturbation, accuracy, moved }) => [
    perturbation,
    percent(accuracy, 1),
    moved.toFixed(3),
  ]),
)}

If only a name is exchanged (ten sentences, five names per group), the scores of two names in the same
sentence differ by ${counterfactuals.meanDifference.toFixed(4)} on average. For twelve names that are
not on the trainer's list they differ by ${counterfactuals.otherNames.toFixed(4)}. The table has each
group's mean difference from the mean of all groups:

${table(
  ["names", "mean difference"],
  counterfactuals.groups.map(({ group, difference }) => [group, difference.toFixed(4)]),
)}

If the same is said in another English (the sentences were written for this test), compared with
American Standard English:

${table(
  ["dialect", "pairs", "mean difference", "mean movement of the score"],
  dialects.map(({ dialect, pairs, difference, movement }) => [
    dialect,
    pairs,
    difference.toFixed(3),
    movement.toFixed(3),
  ]),
)}

The 20 answers that are most wrong:

${table(
  ["rating", "score", "tokens", "negations", "known tokens"],
  worst.map(({ stars, score, tokens, negations, known }) => [
    stars,
    score.toFixed(4),
    tokens,
    negations,
    percent(known, 1),
  ]),
)}`;
}
