import { createHash } from "node:crypto";
import { shuffle } from "../random.ts";
import type { Review } from "./corpus.ts";

/**
 * Splits a corpus into halves, training and test. `shuffleSeed` null keeps the file's order, as the
 * article does.
 */
export function splitHalves(
  rows: Review[],
  { shuffleSeed }: { shuffleSeed: number | null },
): [Review[], Review[]] {
  const order = shuffleSeed === null ? rows : shuffle(rows, shuffleSeed);
  const middle = Math.ceil(order.length / 2);
  return [order.slice(0, middle), order.slice(middle)];
}

/**
 * A domain with fewer items is not split by item: one item would be most of its validation reviews.
 */
const FEWEST_ITEMS = 20;

/**
 * Splits about `share` of each domain's rows off for validation. If a domain names its items, all
 * rows of an item are on one side, so that the model has not read about the items of the validation
 * reviews. Equal texts are on one side too. The folds of one seed have no row in common. The order
 * of the rows is a hash, so that other programs can make the same split.
 * @throws Error if a domain has too few rows for that fold
 */
export function cutValidation(
  rows: Review[],
  { share, seed, fold = 0 }: { share: number; seed: number; fold?: number },
) {
  const chosen = new Set<Review>();
  for (const [domain, reviews] of byDomain(rows)) {
    const groups = [...groupsOf(reviews)].map(([key, members]) => ({
      members,
      order: hashOf(seed, domain, key),
    }));
    groups.sort((a, b) => (a.order < b.order ? -1 : 1));
    const wanted = Math.round(reviews.length * share);
    let cut: Review[] = [];
    let rest = groups.map(({ members }) => members);
    for (let i = 0; i <= fold; i++) [cut, rest] = takeGroups(rest, wanted);
    if (wanted > 0 && cut.length === 0)
      throw new Error(`fold ${fold}: ${domain} has too few rows for ${fold + 1} cuts of ${wanted}`);
    for (const review of cut) chosen.add(review);
  }
  return {
    train: rows.filter((row) => !chosen.has(row)),
    validation: rows.filter((row) => chosen.has(row)),
  };
}

/**
 * Takes the groups that fit, in order, until there are `wanted` rows.
 * @returns their rows, and the other groups
 */
function takeGroups(groups: Review[][], wanted: number): [Review[], Review[][]] {
  const taken: Review[] = [];
  const rest: Review[][] = [];
  for (const group of groups) {
    if (taken.length + group.length <= wanted) taken.push(...group);
    else rest.push(group);
  }
  return [taken, rest];
}

function byDomain(rows: Review[]): Map<string, Review[]> {
  const domains = new Map<string, Review[]>();
  for (const row of rows) {
    const reviews = domains.get(row.domain);
    if (reviews) reviews.push(row);
    else domains.set(row.domain, [row]);
  }
  return domains;
}

/** The rows that must be on one side: those of one item, or else of one text. */
function groupsOf(rows: Review[]): Map<string, Review[]> {
  const items = new Set(rows.flatMap(({ item }) => item || []));
  const groups = new Map<string, Review[]>();
  for (const row of rows) {
    const key = (items.size >= FEWEST_ITEMS && row.item) || row.text;
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

const hashOf = (seed: number, domain: string, key: string): string =>
  createHash("sha256").update(`${seed} ${domain} ${key}`).digest("hex");

/** The number of rows of `b` whose text is in `a` too. */
export function overlap(a: Review[], b: Review[]): number {
  const texts = new Set(a.map(({ text }) => text));
  return b.filter(({ text }) => texts.has(text)).length;
}

/**
 * The shares of positive rows and of one to five stars, and the mean and 95th percentile of the
 * lengths.
 */
export function describe(rows: Review[], lengths: number[]) {
  const sorted = lengths.toSorted((a, b) => a - b);
  return {
    stars: [1, 2, 3, 4, 5].map(
      (stars) => rows.filter(({ rating }) => Math.round(rating) === stars).length / rows.length,
    ),
    /** The rows whose text is in an earlier row. */
    repeated: rows.length - new Set(rows.map(({ text }) => text)).size,
    positive: rows.filter(({ label }) => label === 1).length / rows.length,
    meanLength: lengths.reduce((a, b) => a + b, 0) / lengths.length,
    p95Length: sorted[Math.floor(0.95 * (sorted.length - 1))] ?? 0,
  };
}
