import { createHash } from "node:crypto";
import path from "node:path";
import { type Row, readRows } from "./rows.ts";

export interface Review {
  text: string;
  /** 1 positive, 0 negative. */
  label: 0 | 1;
  rating: number;
  /** The corpus that it is from, named after its file. */
  domain: string;
  /** Whether the lowest and the highest rating stand for two classes only, so that the middle of the scale is all they say. */
  twoClass?: boolean;
  /** What is reviewed, where the corpus says it (`item_id`). */
  item?: string;
}

export interface CorpusOptions {
  ratingColumn: string;
  /** A rating above this is positive. */
  positiveAbove: number;
  textColumn: string;
  /** Domains whose lowest and highest ratings say no more than negative and positive. */
  twoClass?: string[];
}

export interface Corpus {
  rows: Review[];
  dropped: { noText: number; noRating: number };
  /** Of the files as they lie on disk, one after the other. */
  sha256: string;
}

/**
 * Reads corpora of rated reviews, one file per domain. Rows with no text or no rating are dropped and counted.
 * @throws CorpusError
 */
export async function readCorpus(files: string | readonly string[], options: CorpusOptions): Promise<Corpus> {
  const hash = createHash("sha256");
  const corpus: Corpus = { rows: [], dropped: { noText: 0, noRating: 0 }, sha256: "" };
  const { ratingColumn, textColumn } = options;
  for (const file of [files].flat()) {
    const domain = domainOf(file);
    for await (const row of readRows(file, [ratingColumn, textColumn], hash))
      add(corpus, row, domain, options);
  }
  corpus.sha256 = hash.digest("hex");
  return corpus;
}

/** A domain is named after its file: what stands before the first dot. */
const domainOf = (file: string) => path.basename(file).split(".")[0]!;

/**
 * The texts of a corpus without ratings, in its order; rows with no text are left out.
 * @throws CorpusError
 */
export async function readTexts(file: string, textColumn: string): Promise<string[]> {
  const texts: string[] = [];
  for await (const row of readRows(file, [textColumn])) {
    const text = row[textColumn];
    if (typeof text === "string" && text.trim() !== "") texts.push(text);
  }
  return texts;
}

function add({ rows, dropped }: Corpus, row: Row, domain: string, options: CorpusOptions): void {
  const { ratingColumn, textColumn, positiveAbove } = options;
  const text = row[textColumn];
  const given = row[ratingColumn];
  const rating = typeof given === "string" && given.trim() === "" ? Number.NaN : Number(given ?? Number.NaN);
  if (typeof text !== "string" || text.trim() === "") dropped.noText++;
  else if (!Number.isFinite(rating)) dropped.noRating++;
  else {
    const item = row.item_id;
    rows.push({
      text,
      rating,
      label: rating > positiveAbove ? 1 : 0,
      domain,
      ...(options.twoClass?.includes(domain) && { twoClass: true }),
      ...(item !== undefined && { item: String(item) }),
    });
  }
}
