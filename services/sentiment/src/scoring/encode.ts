import { fairTurn } from "@undertone/base/fair-turn";
import type { Encoded, Encoder } from "@undertone/models";
import { isPlaceholder } from "./no-opinion.ts";
import { Refusal } from "./refusal.ts";
import type { Unscorable } from "./score-options.ts";
import { encodeWithWarnings, WARNINGS, type Warning } from "./warnings.ts";

/** Encoding runs on the event loop; after this time it yields to other requests. */
const SLICE_MS = 4;

/**
 * One encoding or refusal per text, in order, and the time spent encoding; fewer when `signal` was
 * aborted.
 */
export async function encodeAll(
  encoder: Encoder,
  texts: readonly string[],
  {
    signal,
    ...limits
  }: {
    maxTextLength: number;
    unscorable: Unscorable;
    signal?: AbortSignal | undefined;
  },
): Promise<{ encoded: (EncodedText | Refusal)[]; tokens: number; encodeMs: number }> {
  const encoded: (EncodedText | Refusal)[] = [];
  let tokens = 0;
  let encodeMs = 0;
  let sliceStart = performance.now();
  for (const text of texts) {
    const result = encode(encoder, text, limits);
    encoded.push(result);
    if (!(result instanceof Refusal)) tokens += result.ids.length;
    const spent = performance.now() - sliceStart;
    if (spent < SLICE_MS) continue;
    encodeMs += spent;
    await fairTurn();
    if (signal?.aborted === true) break;
    sliceStart = performance.now();
  }
  return { encoded, tokens, encodeMs: encodeMs + performance.now() - sliceStart };
}

/** An encoded text and what to warn of when it is scored. */
export interface EncodedText extends Encoded {
  warnings: Warning[];
}

function encode(
  encoder: Encoder,
  text: string,
  { maxTextLength, unscorable }: { maxTextLength: number; unscorable: Unscorable },
): EncodedText | Refusal {
  const refusal = refuseText(text, maxTextLength);
  if (refusal !== undefined) return refusal;
  const encoded = encodeWithWarnings(text, encoder);
  return refuseEncoded(encoded) ?? refuseUnscorable(encoded.warnings, unscorable) ?? encoded;
}

/** The refusal of a text that must not be encoded; undefined when it may be. */
export function refuseText(text: string, maxTextLength: number): Refusal | undefined {
  if (text.length > maxTextLength) {
    return new Refusal(
      "text_too_long",
      `The text has ${text.length} UTF-16 units; expected at most ${maxTextLength}.`,
    );
  }
  if (text.trim() === "") return new Refusal("empty_text", "The text is empty.");
  if (!isPlaceholder(text)) return undefined;
  return new Refusal("no_opinion", "The text is a placeholder for a missing review, so it has no sentiment.");
}

/** The refusal of an encoded text that must not be scored; undefined when it may be. */
export function refuseEncoded({ total, words }: Encoded): Refusal | undefined {
  if (total === 0) return new Refusal("empty_text", "The text contains only markup and white space.");
  if (words > 0) return undefined;
  return new Refusal("no_known_words", "The model knows no word of the text, so it cannot score it.");
}

/** The refusal of a text with warnings where such texts are refused; undefined elsewhere. */
export function refuseUnscorable([warning]: readonly Warning[], unscorable: Unscorable): Refusal | undefined {
  return warning === undefined || unscorable === "warn" ? undefined : new Refusal(warning, WARNINGS[warning]);
}
