import type { Padded } from "@undertone/models";

/**
 * The chunks of a batch of texts as one batch of their own: `chunks` places per text, the unused
 * ones of length 0.
 */
export interface ChunkGrid {
  /** int32 `[texts * chunks, time]` row-major, zero-padded. */
  ids: Int32Array;
  /** int32 `[texts * chunks]`: ids in each chunk. */
  lengths: Int32Array;
  /** int32 `[texts]`: ids in each text. */
  textLengths: Int32Array;
  texts: number;
  chunks: number;
  time: number;
}

/**
 * Cuts each text into as few chunks as possible of at most `limit` ids. The chunks are equally
 * long, except for the last one. The cut depends on the text's own length only, so a score never
 * depends on the other texts of a batch.
 * @param limit null: every text is one chunk
 */
export function chunkGrid({ ids, lengths, batch, time }: Padded, limit: number | null): ChunkGrid {
  if (limit === null || time <= limit)
    return { ids, lengths, textLengths: lengths, texts: batch, chunks: 1, time };
  const sizes = lengths.map((length) => chunkSize(length, limit));
  const chunks = lengths.reduce((most, length, i) => Math.max(most, Math.ceil(length / sizes[i]!)), 0);
  const longest = sizes.reduce((most, size) => Math.max(most, size), 0);
  const grid: ChunkGrid = {
    ids: new Int32Array(batch * chunks * longest),
    lengths: new Int32Array(batch * chunks),
    textLengths: lengths,
    texts: batch,
    chunks,
    time: longest,
  };
  for (let text = 0; text < batch; text++) {
    const length = lengths[text]!;
    const size = sizes[text]!;
    for (let chunk = 0; chunk * size < length; chunk++) {
      const from = text * time + chunk * size;
      const part = ids.subarray(from, text * time + Math.min(length, (chunk + 1) * size));
      grid.ids.set(part, (text * chunks + chunk) * longest);
      grid.lengths[text * chunks + chunk] = part.length;
    }
  }
  return grid;
}

/** Ids per chunk of a text of `length` ids; its last chunk may have fewer. */
const chunkSize = (length: number, limit: number) => Math.ceil(length / Math.ceil(length / limit));
