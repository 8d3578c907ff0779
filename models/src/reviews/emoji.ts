import data from "unicode-emoji-json/data-by-emoji.json" with { type: "json" };
import { always, type Rule } from "./rule.ts";

/**
 * How often one emoji counts where emoji stand side by side: sixty hearts must not drown the words
 * of a text.
 */
const MAX_REPEATS = 2;

const DRAWN_HOW = /[\ufe0e\ufe0f\u{1f3fb}-\u{1f3ff}]/gu; // variation selectors and skin tones
const ZERO_WIDTH_JOINER = "\u200d";

/**
 * Names in lower-case words, by emoji without its variation selectors: "thumbs up", "flag France".
 */
const names = new Map(
  Object.entries(data).map(([emoji, { name }]) => [
    emoji.replace(DRAWN_HOW, ""),
    name.replace(/[^\p{L}\p{N}]+/gu, " ").trim(),
  ]),
);

const PICTURE = String.raw`(?![©®™])\p{Extended_Pictographic}[\ufe0e\ufe0f\u{1f3fb}-\u{1f3ff}]*[\u{e0020}-\u{e007f}]*`;
/** An emoji: pictures joined to one, a flag, or a key cap. */
const EMOJI = new RegExp(
  String.raw`${PICTURE}(?:\u200d${PICTURE})*|\p{Regional_Indicator}{2}|[\d#*]\ufe0f?\u20e3`,
  "gu",
);

/** Emoji by their Unicode names (CLDR), as words. */
export const emoji: Rule = {
  name: "emoji",
  isBeyondAscii: true,
  concerns: always,
  *edits(text) {
    const repeats = new Map<string, number>();
    let last = 0;
    for (const { 0: written, index } of text.matchAll(EMOJI)) {
      if (text.slice(last, index).trim() !== "") repeats.clear();
      last = index + written.length;
      const name = nameOf(written);
      if (name === undefined) continue;
      const seen = repeats.get(name) ?? 0;
      repeats.set(name, seen + 1);
      yield { from: index, to: last, text: seen < MAX_REPEATS ? ` ${name} ` : " " };
    }
  },
};

/** The name of an emoji; of a sequence that has none, the names of its parts. */
function nameOf(written: string): string | undefined {
  const drawn = written.replace(DRAWN_HOW, "");
  const parts = () => drawn.split(ZERO_WIDTH_JOINER).flatMap((part) => names.get(part) ?? []);
  return names.get(drawn) ?? (parts().join(" ") || undefined);
}
