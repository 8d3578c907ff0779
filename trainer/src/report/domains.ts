import type { Manifest } from "@undertone/models";
import { percent, table } from "./markdown.ts";

/**
 * The part of the model card about the domains and their mean; empty if there is only one domain.
 */
export function domainSection({ metrics }: Pick<Manifest, "metrics">): string {
  const { domains, macro } = metrics.validation;
  if (!domains || !macro || domains.length < 2) return "";
  const row = (name: string, rows: number, { accuracy, auc, ece }: typeof macro) => [
    name,
    rows,
    accuracy.toFixed(4),
    auc.toFixed(4),
    percent(ece, 1),
  ];
  const reviews = domains.reduce((sum, { rows }) => sum + rows, 0);
  return `By domain, on validation reviews. The neutral rating (3 of 5 stars) is left out of accuracy and
AUC. In the mean all domains have the same weight.

${table(
  ["domain", "reviews", "accuracy", "AUC", "ECE"],
  [
    ...domains.map((domain) => row(domain.domain, domain.rows, domain)),
    row("**mean of the domains**", reviews, macro),
  ],
)}

`;
}
