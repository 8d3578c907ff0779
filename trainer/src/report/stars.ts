import type { Manifest } from "@undertone/models";
import { table } from "./markdown.ts";

/** The part of the model card about the second output; empty if the model has none. */
export function starSection({ stars, metrics }: Manifest): string {
  if (!stars) return "";
  const rows = [
    ["validation", metrics.validation.stars] as const,
    ["test", metrics.test?.stars] as const,
  ].flatMap(([name, m]) =>
    m
      ? [[name, m.spearman.toFixed(4), m.scoreSpearman.toFixed(4), m.meanAbsoluteError.toFixed(3)] as const]
      : [],
  );
  return `The second output \`stars\` estimates the rating that the writer gave
(${stars.values.join(", ")}) from the same latent value as the score. The table has its rank correlation
with the given ratings, that of the score, and its mean absolute error in stars:

${table(
  ["split", "stars, Spearman", "score, Spearman", "mean error"],
  rows.map((row) => [...row]),
)}

`;
}
