import { containsAny, type Rule } from "./rule.ts";

const HASHTAG = /(?<![\p{L}\p{N}_&])#(?=\p{L})[\p{L}\p{N}_]+/gu;
/** The boundaries of words in a hashtag: `fooBar`, `FOOBar`, `foo1`, `1Foo`, `foo_bar`. */
const SEAM = /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{L})|_/gu;

/** Splits hashtags into words ("#BestPhoneEver"). It must run before lower-casing. */
export const hashtags: Rule = {
  name: "hashtags",
  concerns: containsAny("#"),
  *edits(text) {
    for (const { 0: hashtag, index } of text.matchAll(HASHTAG)) {
      yield { from: index, to: index + 1, text: " " };
      for (const { 0: seam, index: place } of hashtag.slice(1).matchAll(SEAM)) {
        const from = index + 1 + place;
        yield { from, to: from + seam.length, text: " " };
      }
    }
  },
};
