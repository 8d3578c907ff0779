import { createReadStream } from "node:fs";
import { PassThrough, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";

export interface VectorFile {
  dimensions: number;
  /** float32 `[dimensions]` each. */
  vectors: Map<string, Float32Array>;
}

/**
 * Reads word vectors as text, plain or gzip, line by line: a word and its numbers, separated by
 * spaces, as GloVe and word2vec write them. The first line may have the count and the dimensions
 * (word2vec, fastText). A word may contain spaces, as in glove.840B: the last fields are the
 * numbers. If a word occurs twice, the first vector is kept.
 * @param wanted the words to keep, which bound the memory; by default all words
 * @throws Error that names the file and the line
 */
export async function readVectorFile(file: string, wanted?: ReadonlySet<string>): Promise<VectorFile> {
  const vectors = new Map<string, Float32Array>();
  let header: Header | undefined;
  let dimensions = 0;
  let line = 0;
  const fault = (message: string, at = line) => new Error(`${file}: line ${at}: ${message}`);
  const notUtf8 = { words: 0, first: 0 };
  for await (const text of linesOf(file)) {
    line++;
    const wrong = wrongCharacter(text);
    if (wrong !== undefined) throw fault(wrong);
    const fields = text.trimEnd().split(/[ \t]/);
    if (line === 1) {
      header = headerOf(fields);
      dimensions = header?.dimensions ?? Math.min(numbersAtEnd(fields), fields.length - 1);
      if (dimensions === 0) throw fault("expected a word and its numbers, with blanks between them");
      if (header) continue;
    }
    const at = fields.length - dimensions;
    const numbers = fields.slice(Math.max(0, at));
    if (at < 1 || !numbers.every(isNumber) || (at > 1 && isNumber(fields[at - 1]!)))
      throw fault(
        `expected a word and ${dimensions} numbers, found ${numbersAtEnd(fields.slice(1))} numbers`,
      );
    const word = fields.slice(0, at).join(" ").trim();
    if (word.includes("\ufffd") && notUtf8.words++ === 0) notUtf8.first = line;
    if (!vectors.has(word) && (wanted?.has(word) ?? true))
      vectors.set(word, Float32Array.from(numbers, Number));
  }
  if (line === 0) throw fault("expected a word and its numbers, found nothing", 1);
  if (header && header.count !== line - 1)
    throw fault(`${header.count} vectors are announced and ${line - 1} follow: the file is not whole`, 1);
  // Single words of the published files have broken bytes; a file in another encoding has many.
  if (notUtf8.words > MAX_SHARE_NOT_UTF8 * line)
    throw fault(
      `${notUtf8.words} words have bytes that are not UTF-8, the first one here; save the file as UTF-8`,
      notUtf8.first,
    );
  return { dimensions, vectors };
}

/** The largest share of words whose bytes are not UTF-8. */
const MAX_SHARE_NOT_UTF8 = 0.01;

/** Why a line is none of a text in UTF-8 with line feeds, if it is none. */
function wrongCharacter(text: string): string | undefined {
  if (text.includes("\0")) return "expected text in UTF-8, found a NUL: the file is binary or in UTF-16";
  if (!text.slice(0, -1).includes("\r")) return undefined;
  return "expected lines that end with a line feed, found a carriage return inside";
}

interface Header {
  count: number;
  dimensions: number;
}

/**
 * Recognizes the first line of word2vec: two whole numbers. It cannot be a vector, because no
 * vector has one dimension.
 */
function headerOf(fields: readonly string[]): Header | undefined {
  if (fields.length !== 2 || !fields.every((field) => /^[1-9]\d*$/.test(field))) return undefined;
  return { count: Number(fields[0]), dimensions: Number(fields[1]) };
}

const isNumber = (field: string): boolean => field !== "" && Number.isFinite(Number(field));

function numbersAtEnd(fields: readonly string[]): number {
  const other = fields.findLastIndex((field) => !isNumber(field));
  return fields.length - 1 - other;
}

/** Splits at line feeds only, because words of glove.840B contain other Unicode line ends. */
async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = "";
  let first = true;
  for await (const piece of unpacked(file)) {
    const lines = (rest + piece).replace(first ? /^\ufeff/ : "", "").split("\n");
    first = false;
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== "") yield rest;
}

async function* unpacked(file: string): AsyncGenerator<string> {
  const [head] = (await createReadStream(file, { end: 1 }).toArray()) as Buffer[];
  const isGzip = head?.[0] === 0x1f && head[1] === 0x8b;
  const text: Readable = new PassThrough().setEncoding("utf8");
  const source = createReadStream(file);
  const flow = isGzip
    ? pipeline(source, createGunzip(), text as PassThrough)
    : pipeline(source, text as PassThrough);
  flow.catch((error: Error) => text.destroy(error));
  try {
    yield* text;
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`);
  }
}
