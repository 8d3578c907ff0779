import { fairTurn } from "@undertone/base/fair-turn";
import { type Encoder, type Located, UNKNOWN } from "@undertone/models";
import { refuseEncoded, refuseText, refuseUnscorable } from "./encode.ts";
import type { Explanation } from "./explanation.ts";
import { type Occlusion, occlude } from "./occlusion.ts";
import { passages, type Range } from "./passages.ts";
import type { Queue } from "./queue.ts";
import { type Inference, QueuedText } from "./queued-text.ts";
import { Refusal } from "./refusal.ts";
import { type Score, type Timings, toScore } from "./score.ts";
import type { ScoreOptions, Unscorable } from "./score-options.ts";
import { warningsOf } from "./warnings.ts";

/**
 * In UTF-16 units. A longer text is encoded in a turn of its own, because encoding blocks the event
 * loop.
 */
const LONG_TEXT = 10_000;

export interface Explained {
  score: Score;
  explanation: Explanation;
  timings: Timings;
}

/**
 * Explains a score by occlusion:
 *
 *   text ─ locate ─> queue: the whole ─> queue: without each part ─ occlude ─> explanation
 *
 * The passes wait in the queue like the texts of one large request, so single texts go before them.
 * The whole text is scored first, so that a text that cannot be scored costs no more than on other
 * routes. Rejects with a Refusal of the text or of the engine; the passes that still wait are then
 * removed.
 */
export async function explain(
  text: string,
  {
    encoder,
    queue,
    maxTextLength,
    unscorable,
  }: { encoder: Encoder; queue: Queue; maxTextLength: number; unscorable: Unscorable },
  signal: AbortSignal | undefined,
  { deadline, charge }: Omit<ScoreOptions, "unscorable">,
): Promise<Explained> {
  const start = performance.now();
  refuse(refuseText(text, maxTextLength));
  if (text.length > LONG_TEXT) await fairTurn();
  const { encoded, tokens } = encoder.locate(text);
  refuse(refuseEncoded(encoded));
  const warnings = warningsOf(text, encoder);
  refuse(refuseUnscorable(warnings, unscorable));
  if (text.length > LONG_TEXT) await fairTurn();
  const ranges = passages(text, tokens);
  const timings: Timings = { encodeMs: performance.now() - start, queueMs: 0, inferMs: 0 };

  const done = new AbortController();
  const cancelled = AbortSignal.any(signal === undefined ? [done.signal] : [done.signal, signal]);
  let passes = 0;
  const infer = async (rows: readonly Int32Array[]): Promise<Inference[]> => {
    const items = rows.map((ids) => new QueuedText(ids, cancelled));
    if (charge !== undefined) await charge(rows.reduce((tokens, ids) => tokens + ids.length, 0));
    queue.add(items, cancelled, deadline);
    passes += items.length;
    const inferences = await Promise.all(items.map(async ({ inference }) => accepted(await inference)));
    for (const { queueMs, inferMs } of inferences) {
      timings.queueMs = Math.max(timings.queueMs, queueMs);
      timings.inferMs = Math.max(timings.inferMs, inferMs);
    }
    return inferences;
  };
  try {
    const [whole] = await infer([encoded.ids]);
    const kept = encoded.ids.subarray(0, encoded.scored);
    const logOdds = async (rows: readonly Int32Array[]) => (await infer(rows)).map(logOddsOf);
    const occlusion = await occlude(encoder, kept, logOddsOf(whole!), ranges, logOdds);
    const explanation = { ...describe(tokens, ranges, occlusion), passes };
    return { score: toScore({ ...encoded, warnings }, whole!), explanation, timings };
  } finally {
    done.abort();
  }
}

function refuse(refusal: Refusal | undefined): void {
  if (refusal !== undefined) throw refusal;
}

function accepted(inference: Inference | Refusal): Inference {
  if (inference instanceof Refusal) throw inference;
  return inference;
}

const logOddsOf = ({ logits: [negative, positive] }: Inference) => positive - negative;
const probability = (logOdds: number) => 1 / (1 + Math.exp(-logOdds));

function describe(
  tokens: readonly Located[],
  ranges: readonly Range[],
  occlusion: Occlusion,
): Omit<Explanation, "passes"> {
  const kept = tokens.filter(({ place }) => place !== undefined);
  return {
    tokens: kept.map(({ start, end, place = -1 }) => {
      const beginning = occlusion.beginnings.get(place);
      const running = beginning === undefined ? null : probability(beginning);
      return { start, end, contribution: occlusion.words.get(place) ?? null, running };
    }),
    sentences: ranges.map(({ from, to }, i) => {
      return { start: kept[from]!.start, end: kept[to - 1]!.end, contribution: occlusion.passages[i]! };
    }),
    unknown: [...kept.keys()].filter((token) => kept[token]!.id === UNKNOWN),
  };
}
