import { setImmediate as nextTurn } from "node:timers/promises";
import type { Encoded, Encoder } from "@undertone/models";
import { Refusal } from "./refusal.ts";

/** Encoding runs on the event loop; after this time it yields to other requests. */
const SLICE_MS = 4;

/**
 * One encoding or refusal a text, in order, and the time spent encoding; fewer when `signal` was aborted.
 * `checkRoom` gets the tokens so far and throws when there is no room for them: under overload most requests are
 * refused, and a refusal must cost little.
 */
export async function encodeAll(
  encoder: Encoder,
  texts: readonly string[],
  {
    maxTextLength,
    signal,
    checkRoom,
  }: { maxTextLength: number; signal?: AbortSignal | undefined; checkRoom: (tokens: number) => void },
): Promise<{ encoded: (Encoded | Refusal)[]; tokens: number; encodeMs: number }> {
  const encoded: (Encoded | Refusal)[] = [];
  let tokens = 0;
  let encodeMs = 0;
  let sliceStart = performance.now();
  for (const text of texts) {
    const result = encode(encoder, text, maxTextLength);
    encoded.push(result);
    if (!(result instanceof Refusal)) {
      tokens += result.ids.length;
      checkRoom(tokens);
    }
    const spent = performance.now() - sliceStart;
    if (spent < SLICE_MS) continue;
    encodeMs += spent;
    await nextTurn();
    if (signal?.aborted === true) break;
    sliceStart = performance.now();
  }
  return { encoded, tokens, encodeMs: encodeMs + performance.now() - sliceStart };
}

function encode(encoder: Encoder, text: string, maxTextLength: number): Encoded | Refusal {
  const refusal = refuseText(text, maxTextLength);
  if (refusal !== undefined) return refusal;
  const encoded = encoder.encode(text);
  return refuseEncoded(encoded) ?? encoded;
}

/** The refusal of a text that must not be encoded; undefined when it may be. */
export function refuseText(text: string, maxTextLength: number): Refusal | undefined {
  if (text.length > maxTextLength) {
    return new Refusal(
      "text_too_long",
      `The text is ${text.length} UTF-16 units long; at most ${maxTextLength} are scored.`,
    );
  }
  return text.trim() === "" ? new Refusal("empty_text", "The text is empty.") : undefined;
}

/** The refusal of an encoded text that must not be scored; undefined when it may be. */
export function refuseEncoded({ total, words }: Encoded): Refusal | undefined {
  if (total === 0) return new Refusal("empty_text", "The text contains only markup and white space.");
  if (words > 0) return undefined;
  return new Refusal("no_known_words", "The model knows no word of the text, so it cannot score it.");
}
