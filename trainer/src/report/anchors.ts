import type { Manifest } from "@undertone/models";
import known from "./anchors.json" with { type: "json" };
import { table } from "./markdown.ts";

/** Published accuracies on the same test reviews; none for other corpora. */
export function anchorSection({ corpus, metrics }: Pick<Manifest, "corpus" | "metrics">): string {
  const { test } = metrics;
  if (corpus.sha256 !== known.corpus || test === undefined) return "";
  const rows = [...known.anchors, { name: "**this model**", accuracy: test.accuracy }];
  rows.sort((a, b) => a.accuracy - b.accuracy);
  return `${table(
    ["on these test reviews", "accuracy"],
    rows.map(({ name, accuracy }) => [name, accuracy.toFixed(3)]),
  )}

`;
}
