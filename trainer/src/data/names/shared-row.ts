import { readFile } from "node:fs/promises";

/** Given names of many origins, lower-case; those that are common English words or say something of a film are left out. */
export const readGivenNames = async (): Promise<string[]> =>
  JSON.parse(await readFile(new URL("given-names.json", import.meta.url), "utf8"));

/**
 * One row of the embedding table for all given names of a vocabulary (weight tying), so that the score cannot follow which
 * of them a text holds. While training, every name's id is the most frequent one's; a published table holds that row
 * once for each name.
 */
export class SharedRow {
  #ids: number[];
  #shared: Set<number>;

  /**
   * @param words of the vocabulary, most frequent first
   * @param names those that share a row; none: every word keeps its own
   */
  constructor(words: readonly string[], names: readonly string[]) {
    const shared = new Set(names);
    this.#ids = [...words.keys()].filter((id) => shared.has(words[id]!));
    this.#shared = new Set(this.#ids);
  }

  /** The ids as the network is trained on them. */
  idsOf(ids: Int32Array): Int32Array {
    return ids.map((id) => (this.#shared.has(id) ? this.#ids[0]! : id));
  }

  /** Sets the shared row to the mean of the names' rows, in place. @param table float32 `[words, dimensions]` */
  average(table: Float32Array, dimensions: number): void {
    const [first, ...rest] = this.#ids;
    if (first === undefined) return;
    const row = table.subarray(first * dimensions, (first + 1) * dimensions);
    for (const id of rest) for (let i = 0; i < dimensions; i++) row[i]! += table[id * dimensions + i]!;
    for (let i = 0; i < dimensions; i++) row[i]! /= this.#ids.length;
  }

  /** Gives every name the shared row, in place. @param table float32 `[words, dimensions]` */
  spread(table: Float32Array, dimensions: number): void {
    const [first, ...rest] = this.#ids;
    if (first === undefined) return;
    for (const id of rest) table.copyWithin(id * dimensions, first * dimensions, (first + 1) * dimensions);
  }
}
