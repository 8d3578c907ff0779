import data from "unicode-emoji-json/data-by-emoji.json" with { type: "json" };
import { always, type Rule } from "./rule.ts";

/**
 * The maximum number of times that the same emoji counts in one run of emoji, so that sixty hearts do
 * not outweigh the words of a text.
 */
const MAX_REPEATS = 2;

const DRAWN_HOW = /[\ufe0e\ufe0f\u{1f3fb}-\u{1f3ff}]/gu; // variation selectors and skin tones
const ZERO_WIDTH_JOINER = "\u200d";

/**
 * Names of emoji as words ("thumbs up", "flag France"), by the emoji without variation selectors and
 * skin tones.
 */
const names = new Map(
  Object.entries(data).map(([emoji, { name }]) => [
    emoji.replace(DRAWN_HOW, ""),
    name.replace(/[^\p{L}\p{N}]+/gu, " ").trim(),
  ]),
);

const PICTURE = [
  String.raw`(?![©®™])\p{Extended_Pictographic}`,
  String.raw`[\ufe0e\ufe0f\u{1f3fb}-\u{1f3ff}]*[\u{e0020}-\u{e007f}]*`,
].join("");
/** An emoji: one or several joined pictures, a flag, or a key cap. */
const EMOJI = new RegExp(
  String.raw`${PICTURE}(?:\u200d${PICTURE})*|\p{Regional_Indicator}{2}|[\d#*]\ufe0f?\u20e3`,
  "gu",
);

/** Replaces emoji by their Unicode names (CLDR), as words. */
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

/** The name of an emoji; for a sequence without a name, the names of its parts. */
function nameOf(written: string): string | undefined {
  const drawn = written.replace(DRAWN_HOW, "");
  const parts = () => drawn.split(ZERO_WIDTH_JOINER).flatMap((part) => names.get(part) ?? []);
  return names.get(drawn) ?? (parts().join(" ") || undefined);
}
