import { containsAny, type Rule, replacing } from "./rule.ts";

/**
 * The name of the emoji with the same meaning, by the emoticon's mouth. So the model learns the same
 * words for emoticons and emoji.
 */
const BY_MOUTH = new Map([
  ...")]}".split("").map((mouth) => [mouth, "slightly smiling face"] as const),
  ..."([{".split("").map((mouth) => [mouth, "frowning face"] as const),
  ..."/\\".split("").map((mouth) => [mouth, "confused face"] as const),
  ["d", "grinning face"],
  ["p", "face with tongue"],
  ["o", "face with open mouth"],
  ["|", "neutral face"],
  ["*", "face blowing a kiss"],
]);
const WHOLE = new Map([
  ["<3", "red heart"],
  ["</3", "broken heart"],
  ["^_^", "smiling face with smiling eyes"],
  ["-_-", "expressionless face"],
]);

/**
 * An emoticon has eyes, optionally a tear and a nose, and a mouth. One with a bracket may follow a
 * word without a space ("great:)"). One with a letter, a bar or a slash may not, because "and:/" and
 * "re:p" are not faces.
 */
const FACE = String.raw`>?[:;=]'?[-^]?(?:\)+|\]+|\}+|\(+|\[+|\{+)(?![\p{L}\p{N}])`;
const APART = String.raw`(?<![\p{L}\p{N}:;=])[:;=][-^]?[dpo|*\\/](?![\p{L}\p{N}/\\])`;
const EMOTICON = new RegExp(
  String.raw`<3+(?!\d)|<\/3(?!\d)|(?<!\S)\^_+\^|(?<!\S)-_+-|${FACE}|${APART}`,
  "gu",
);

const mayHaveEmoticon = containsAny(":", ";", "=", "<", "^_", "-_");
const SIGN = /[:;=]['^-]{0,2}[)\]}([{/\\dpo|*]|<\/?3|\^_|-_/;

/** Replaces emoticons by the names of the corresponding emoji. The text must be lower-cased. */
export const emoticons: Rule = {
  name: "emoticons",
  concerns: (text) => mayHaveEmoticon(text) && SIGN.test(text),
  edits: replacing(EMOTICON, (emoticon) => ` ${nameOf(emoticon)} `),
};

function nameOf(emoticon: string): string {
  const whole = WHOLE.get(emoticon.replace(/(.)\1+/g, "$1"));
  if (whole !== undefined) return whole;
  const name = BY_MOUTH.get(emoticon.at(-1)!)!;
  const isSad = name === "frowning face";
  if (isSad && emoticon.includes("'")) return "crying face";
  if (isSad && emoticon.startsWith(">")) return "angry face";
  return emoticon.startsWith(";") && name === "slightly smiling face" ? "winking face" : name;
}
