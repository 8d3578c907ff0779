import type { Refusal } from "./refusal.ts";
import type { Score } from "./score.ts";

/**
 * A row of a long input. A row without a text has a fault that its protocol knows; it is passed
 * through.
 */
export interface Row {
  text?: string;
}
export type Scored<R extends Row> = { row: R; outcome: Score | Refusal | undefined };

/** The memory of a row besides its text, in UTF-16 units: ids, promises and result. */
const ROW_UNITS = 256;

/**
 * Scores an input of any length in order. Several chunks are scored at the same time:
 *
 *   chunks ─ read while `budget` lasts ─> score(texts) of each ─ oldest first ─> scored chunks
 *
 * At most `budget` UTF-16 units and one chunk are in memory; when the consumer stops, the reading
 * stops. A chunk is yielded as soon as it is scored, so a client may wait for results before it
 * sends more. Throws the first error of `chunks` or `score`.
 */
export async function* scoreInOrder<R extends Row>(
  chunks: AsyncIterable<R[]>,
  score: (texts: string[]) => Promise<readonly (Score | Refusal)[]>,
  budget: number,
): AsyncGenerator<Scored<R>[]> {
  const source = chunks[Symbol.asyncIterator]();
  const scoring: { scored: Promise<Scored<R>[]>; units: number }[] = [];
  let held = 0;
  let ended = false;
  let read: Promise<IteratorResult<R[]>> | undefined;
  try {
    while (!ended || scoring.length > 0) {
      if (!ended && held < budget) read ??= quiet(source.next());
      const oldest = scoring[0];
      const ready = await Promise.race([
        ...(oldest === undefined ? [] : [oldest.scored.then((scored) => ({ scored }))]),
        ...(read === undefined ? [] : [read.then((result) => ({ result }))]),
      ]);
      if ("scored" in ready) {
        scoring.shift();
        yield ready.scored;
        held -= oldest!.units;
      } else {
        read = undefined;
        ended = ready.result.done === true;
        if (ready.result.done === true) continue;
        const rows = ready.result.value;
        const units = rows.reduce((sum, { text }) => sum + (text?.length ?? 0) + ROW_UNITS, 0);
        held += units;
        scoring.push({ scored: quiet(scoreChunk(rows, score)), units });
      }
    }
  } finally {
    // Not awaited: a generator that waits for its input ends only when the input continues.
    source.return?.().catch(() => {});
  }
}

async function scoreChunk<R extends Row>(
  rows: R[],
  score: (texts: string[]) => Promise<readonly (Score | Refusal)[]>,
): Promise<Scored<R>[]> {
  const texts = rows.flatMap(({ text }) => (text === undefined ? [] : [text]));
  const outcomes = texts.length === 0 ? [] : await score(texts);
  let next = 0;
  return rows.map((row) => ({ row, outcome: row.text === undefined ? undefined : outcomes[next++] }));
}

/** Prevents an unhandled rejection until the failure is thrown in its order. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
