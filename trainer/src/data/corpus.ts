import { createHash, type Hash } from "node:crypto";
import path from "node:path";
import type { TableOptions } from "@undertone/tables";
import {
  detectScale,
  parseRating,
  RatingFault,
  type RatingScaleName,
  starsOf,
  type WrittenRating,
} from "./ratings.ts";
import { CorpusError, readRows } from "./rows.ts";

export interface Review {
  text: string;
  /** 1 positive, 0 negative. */
  label: 0 | 1;
  /** In stars, 1 to 5, for every scale. */
  rating: number;
  /** The domain: the name of the corpus' file. */
  domain: string;
  /** Whether the domain's lowest and highest rating only mean negative and positive. */
  twoClass?: boolean;
  /** The reviewed item, if the corpus has one (`item_id`). */
  item?: string;
}

export interface CorpusOptions
  extends Pick<TableOptions, "format" | "delimiter" | "encoding" | "encodingErrors"> {
  ratingColumn: string;
  /** The scale of the ratings. By default it is detected in each file. */
  ratingScale?: RatingScaleName;
  /** Ratings above this many stars are positive. */
  positiveAbove: number;
  textColumn: string;
  /** Domains whose lowest and highest ratings only mean negative and positive. */
  twoClass?: string[];
}

/** The rows that were left out for one reason. */
export interface LeftOut {
  reason: string;
  rows: number;
  /** The line of the first one. */
  line: number;
}

/** What was found in one file. */
interface DomainSource {
  domain: string;
  rows: number;
  used: number;
  scale: RatingScaleName;
  /** Whether the scale was detected and not given. */
  detected: boolean;
  leftOut: LeftOut[];
  /**
   * The number of used texts with characters that an earlier program has lost or decoded wrongly.
   */
  garbled: number;
}

export interface Corpus {
  rows: Review[];
  sources: DomainSource[];
  /** A hash of the stored bytes of all files, in order. */
  sha256: string;
}

/**
 * Reads corpora of rated reviews, one file per domain. A row is left out, and counted by its
 * reason, if it has no text or its rating does not fit the scale.
 * @throws CorpusError if a file cannot be read, its ratings fit no scale, or no row is left
 */
export async function readCorpus(files: string | readonly string[], options: CorpusOptions): Promise<Corpus> {
  const hash = createHash("sha256");
  const corpus: Corpus = { rows: [], sources: [], sha256: "" };
  for (const file of [files].flat()) {
    const { reviews, source } = await readDomain(file, options, hash);
    corpus.sources.push(source);
    for (const review of reviews) corpus.rows.push(review);
  }
  corpus.sha256 = hash.digest("hex");
  return corpus;
}

/** The domain of a file: its name up to the first dot. */
const domainOf = (file: string) => path.basename(file).split(".")[0]!;

const RATING_OPTION = { option: "--rating-column" };
const TEXT_OPTION = { option: "--text-column" };

async function readDomain(file: string, options: CorpusOptions, hash: Hash) {
  const { ratingColumn, textColumn, positiveAbove } = options;
  const { format, delimiter, encoding, encodingErrors } = options;
  const domain = domainOf(file);
  const leftOut = new Map<string, LeftOut>();
  const leave = (reason: string, line: number) => {
    const known = leftOut.get(reason);
    if (known) known.rows++;
    else leftOut.set(reason, { reason, rows: 1, line });
  };
  const needed = [
    { name: ratingColumn, ...RATING_OPTION },
    { name: textColumn, ...TEXT_OPTION },
  ];
  const columns = { needed, optional: ["item_id"] };
  const written: { rating: WrittenRating; text: string; item: unknown; line: number }[] = [];
  let rows = 0;
  for await (const row of readRows(file, columns, { format, delimiter, encoding, encodingErrors, hash })) {
    rows++;
    const { [ratingColumn]: given, [textColumn]: text, item_id: item } = row.values;
    const rating = parseRating(given);
    if (row.fault !== undefined) leave("the row cannot be read", row.line);
    else if (typeof text !== "string" || text.trim() === "") leave("no text", row.line);
    else if (rating instanceof RatingFault) leave(rating.reason, row.line);
    else written.push({ rating, text, item, line: row.line });
  }

  const ratings = written.map(({ rating }) => rating);
  const scale = options.ratingScale ?? detectScale(ratings);
  if (written.length === 0)
    throw new CorpusError(`${file}: no row can be used: ${listLeftOut([...leftOut.values()])}`);
  if (scale === undefined)
    throw new CorpusError(
      `${file}: the ratings fit none of the scales 1-5, 1-10, 0-1 and thumbs. Name the scale with --rating-scale`,
    );
  const twoClass =
    options.twoClass?.includes(domain) || scale === "thumbs" || (scale === "0-1" && ratings.every(isClass));
  const reviews: Review[] = [];
  for (const { rating, text, item, line } of written) {
    const stars = starsOf(rating, scale);
    if (stars instanceof RatingFault) {
      leave(stars.reason, line);
      continue;
    }
    reviews.push({
      text,
      rating: stars,
      label: stars > positiveAbove ? 1 : 0,
      domain,
      ...(twoClass && { twoClass }),
      ...(item !== undefined && item !== null && item !== "" && { item: String(item) }),
    });
  }
  const reasons = [...leftOut.values()].sort((a, b) => b.rows - a.rows);
  if (reviews.length === 0) throw new CorpusError(`${file}: no row can be used: ${listLeftOut(reasons)}`);
  const source: DomainSource = {
    domain,
    rows,
    used: reviews.length,
    scale,
    detected: options.ratingScale === undefined,
    leftOut: reasons,
    garbled: reviews.filter(({ text }) => GARBLED.test(text)).length,
  };
  return { reviews, source };
}

const isClass = (rating: WrittenRating) => rating === 0 || rating === 1;

/** A replacement character, or UTF-8 that was read as Windows-1252. */
const GARBLED = /\uFFFD|â€|Ã[\u0080-\u00BF©¨]/;

/** The reasons with their counts and first lines, as text for the user. */
export const listLeftOut = (leftOut: readonly LeftOut[]): string =>
  leftOut.map(({ reason, rows, line }) => `${reason} (${rows} rows, the first at line ${line})`).join("; ");

/**
 * The texts of a corpus without ratings, in order. Rows without a text are left out.
 * @throws CorpusError
 */
export async function readTexts(file: string, textColumn: string): Promise<string[]> {
  const texts: string[] = [];
  for await (const { values, fault } of readRows(file, { needed: [{ name: textColumn, ...TEXT_OPTION }] })) {
    const text = values[textColumn];
    if (fault === undefined && typeof text === "string" && text.trim() !== "") texts.push(text);
  }
  return texts;
}
