import { LABELS } from "@undertone/models";

export interface Review {
  id: string;
  text: string;
}

const WORDS = [
  "great",
  "good",
  "fine",
  "awful",
  "bad",
  "dull",
  "the",
  "film",
  "was",
  "a",
  "not",
  "and",
  "zebra",
];

/** Texts of words that the tests' tiny model knows, the same for the same number: 3 to 60 words. */
export function reviews(count: number, first = 0): Review[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `review-${first + index}`,
    text: text(first + index),
  }));
}

function text(number: number): string {
  let state = (number * 2_654_435_761 + 12_345) >>> 0;
  const next = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const words = Array.from({ length: 3 + next(58) }, () => WORDS[next(WORDS.length)]);
  return `The film was ${words.join(" ")}.`;
}

/** Messages that are refused, each with the expected code. */
export const BAD_MESSAGES: { code: string; message: (id: string) => string }[] = [
  { code: "empty_text", message: (id) => JSON.stringify({ version: 1, id, text: "" }) },
  { code: "empty_text", message: (id) => JSON.stringify({ version: 1, id, text: " \n\t " }) },
  { code: "empty_text", message: (id) => JSON.stringify({ version: 1, id, text: "<br /><p></p>" }) },
  { code: "no_known_words", message: (id) => JSON.stringify({ version: 1, id, text: "zyzzyva qwertz" }) },
  { code: "text_too_long", message: (id) => JSON.stringify({ version: 1, id, text: "a ".repeat(50_001) }) },
  { code: "invalid_body", message: (id) => JSON.stringify({ version: 1, id }) },
  { code: "invalid_body", message: (id) => JSON.stringify({ version: 1, id, text: 7 }) },
  { code: "invalid_body", message: (id) => JSON.stringify({ version: 1, id, text: null }) },
  { code: "invalid_body", message: (id) => JSON.stringify({ version: 2, id, text: "good" }) },
  { code: "invalid_body", message: (id) => JSON.stringify({ id, text: "good" }) },
  { code: "invalid_body", message: (id) => JSON.stringify({ version: 1, id, text: "good", stars: 5 }) },
  { code: "invalid_body", message: () => JSON.stringify({ version: 1, text: "good" }) },
  { code: "invalid_body", message: () => JSON.stringify({ version: 1, id: "", text: "good" }) },
  { code: "invalid_body", message: () => JSON.stringify({ version: 1, id: "a\u0000b", text: "good" }) },
  {
    code: "invalid_body",
    message: () => JSON.stringify({ version: 1, id: "a".repeat(1_001), text: "good" }),
  },
  { code: "invalid_body", message: (id) => `{"version":1,"id":"${id}","__proto__":{},"text":"good"}` },
  { code: "invalid_body", message: () => "" },
  { code: "invalid_body", message: () => "{" },
  { code: "invalid_body", message: () => "null" },
  { code: "invalid_body", message: () => "[1]" },
  { code: "invalid_body", message: () => LABELS[0]! },
  { code: "invalid_body", message: () => "\u0000\u0001\u0002" },
];
