import { QualityTable } from "../../../services/recommender/src/ranking/quality.ts";
import type { Corpus, Review } from "./corpus.ts";
import type { Signal } from "./evaluate.ts";
import { spearman } from "./metrics.ts";

export const FIRST = [1, 3, 5, 10] as const;
/** The minimum number of verdicts after the tenth review. Of fewer, the share would be too noisy. */
const LEAST_LATER = 10;

export interface EarlyQuality {
  items: number;
  /** Spearman's correlation after the first 1, 3, 5 and 10 reviews, by the source of y. */
  rows: { name: string; correlations: number[] }[];
}

/**
 * Measures how well an item's quality after its first k reviews predicts how it is liked later. The
 * items and the target are the same for every k: the liked share of the reviews after the tenth.
 */
export function earlyQuality({ reviews, itemCount }: Corpus, sources: Record<string, Signal>): EarlyQuality {
  const byItem = Array.from({ length: itemCount }, (): Review[] => []);
  for (const review of reviews) byItem[review.item]!.push(review);
  const judged = byItem
    .map((all) => ({
      first: all.slice(0, Math.max(...FIRST)),
      later: all.slice(Math.max(...FIRST)).flatMap((r) => r.liked ?? []),
    }))
    .filter(({ later }) => later.length >= LEAST_LATER);
  const shares = judged.map(({ later }) => later.filter(Boolean).length / later.length);
  const correlation = (signal: Signal, k: number) => {
    const table = new QualityTable();
    for (const [item, { first }] of judged.entries()) {
      for (const review of first.slice(0, k)) {
        const rating = signal(review);
        if (rating) table.add(item, rating);
      }
    }
    return spearman(
      judged.map((_, item) => table.quality(item)),
      shares,
    );
  };
  return {
    items: judged.length,
    rows: Object.entries(sources).map(([name, signal]) => ({
      name,
      correlations: FIRST.map((k) => correlation(signal, k)),
    })),
  };
}
