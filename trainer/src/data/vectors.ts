import { readFile } from "node:fs/promises";
import { generator } from "../random.ts";
import { gloveFiles } from "./packed-vectors.ts";
import { reduceDimensions } from "./reduce-dimensions.ts";
import { readVectorFile } from "./vector-file.ts";

/** Word vectors, float32 `[dimensions]` each. */
export interface Vectors {
  name: string;
  dimensions: number;
  size: number;
  find(word: string): Float32Array | undefined;
}

/**
 * The packed GloVe 6B 100d, or the vectors of a file.
 * @param domain a second file, whose vectors are joined to them
 * @param wanted the words whose vectors are needed; they bound the memory
 * @throws Error that names the file, and the line if one is malformed
 */
export async function loadVectors(
  file?: string,
  domain?: string,
  wanted?: ReadonlySet<string>,
): Promise<Vectors> {
  const general = await (file ? readFromFile(file, wanted) : readPacked());
  return domain ? joinVectors(general, await readFromFile(domain, wanted)) : general;
}

async function readPacked(): Promise<Vectors> {
  const words = (await readFile(gloveFiles.words, "utf8")).split("\n");
  const bytes = await readFile(gloveFiles.vectors);
  const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  const rows = new Map(words.map((word, i) => [word, i]));
  const dimensions = values.length / words.length;
  const find = (word: string) => {
    const row = rows.get(word);
    return row === undefined ? undefined : values.subarray(row * dimensions, (row + 1) * dimensions);
  };
  return { name: "glove-6b-100d", dimensions, size: words.length, find };
}

async function readFromFile(file: string, wanted?: ReadonlySet<string>): Promise<Vectors> {
  const { dimensions, vectors } = await readVectorFile(file, wanted && withStandIns(wanted));
  return { name: file, dimensions, size: vectors.size, find: (word) => vectors.get(word) };
}

function withStandIns(words: ReadonlySet<string>): Set<string> {
  return new Set([...words, ...STAND_INS.values()]);
}

/**
 * Tokens that the packed vectors lack, with the word of the same meaning whose vector replaces
 * theirs.
 */
const STAND_INS = new Map([
  ["n't", "not"],
  ["'s", "is"],
  ["'re", "are"],
  ["'ve", "have"],
  ["'ll", "will"],
  ["'m", "am"],
  ["'d", "would"],
  ["...", "."],
  ["--", "-"],
]);

/** The vector of a token, or of the word that replaces it. */
export const vectorOf = (token: string, vectors: Vectors): Float32Array | undefined =>
  vectors.find(token) ?? vectors.find(STAND_INS.get(token) ?? token);

/**
 * Joins two sets of vectors side by side. If one set lacks a word its half is zero; if both lack it
 * there is no vector.
 */
function joinVectors(a: Vectors, b: Vectors): Vectors {
  const dimensions = a.dimensions + b.dimensions;
  const find = (word: string) => {
    const [left, right] = [vectorOf(word, a), vectorOf(word, b)];
    if (!left && !right) return undefined;
    const vector = new Float32Array(dimensions);
    if (left) vector.set(left);
    if (right) vector.set(right, a.dimensions);
    return vector;
  };
  return { name: `${a.name} + ${b.name}`, dimensions, size: a.size + b.size, find };
}

/**
 * The embedding table of a vocabulary, float32 `[words, dimensions]` row-major. `<pad>` is zero.
 * Words without a vector are zero, or uniform in +-0.05. If fewer dimensions are wanted than the
 * vectors have, the table is reduced to them.
 */
export function embeddingTable(
  words: readonly string[],
  vectors: Vectors,
  options: { missing: "zero" | "random"; seed: number; dimensions: number | null },
): { table: Float32Array; dimensions: number; missing: number } {
  const whole = wholeTable(words, vectors, options);
  const { dimensions } = options;
  if (dimensions === null || dimensions >= vectors.dimensions)
    return { ...whole, dimensions: vectors.dimensions };
  return { ...whole, table: reduceDimensions(whole.table, vectors.dimensions, dimensions), dimensions };
}

function wholeTable(
  words: readonly string[],
  vectors: Vectors,
  { missing, seed }: { missing: "zero" | "random"; seed: number },
): { table: Float32Array; missing: number } {
  const { dimensions } = vectors;
  const random = generator(seed);
  const table = new Float32Array(words.length * dimensions);
  let without = 0;
  for (const [id, word] of words.entries()) {
    const vector = id < 2 ? undefined : vectorOf(word, vectors);
    if (vector) table.set(vector, id * dimensions);
    else if (id > 0) {
      if (id > 1) without++;
      if (missing === "random")
        for (let i = 0; i < dimensions; i++) table[id * dimensions + i] = (random() - 0.5) / 10;
    }
  }
  return { table, missing: without };
}
