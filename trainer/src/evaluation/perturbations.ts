import { generator, shuffle } from "../random.ts";

/** Changes of writing that should not change a score. Each takes a text and a seed. */
export const PERTURBATIONS: Record<string, (text: string, seed: number) => string> = {
  "typos (two letters swapped in a tenth of the words)": (text, seed) =>
    eachWord(text, seed, 0.1, swapLetters),
  "upper case": (text) => text.toUpperCase(),
  "elongation (a vowel tripled in a twentieth of the words)": (text, seed) =>
    eachWord(text, seed, 0.05, (word) => word.replace(/[aeiou](?=[^aeiou]*$)/, "$&$&$&")),
  "no punctuation": (text) => text.replace(/<br\s*\/?>/g, " ").replace(/[^\p{L}\p{N}\s']/gu, " "),
  "British words and spelling": (text) =>
    text.replace(/\p{L}+/gu, (word) => BRITISH_WORDS.get(word.toLowerCase()) ?? word),
};

/** American words of reviews, with their British spelling or equivalent. */
const BRITISH_WORDS = new Map([
  ["color", "colour"],
  ["colors", "colours"],
  ["colorful", "colourful"],
  ["favorite", "favourite"],
  ["favorites", "favourites"],
  ["humor", "humour"],
  ["honor", "honour"],
  ["behavior", "behaviour"],
  ["neighbor", "neighbour"],
  ["neighborhood", "neighbourhood"],
  ["theater", "theatre"],
  ["theaters", "theatres"],
  ["center", "centre"],
  ["realize", "realise"],
  ["realized", "realised"],
  ["recognize", "recognise"],
  ["apologize", "apologise"],
  ["organized", "organised"],
  ["gray", "grey"],
  ["traveling", "travelling"],
  ["marvelous", "marvellous"],
  ["defense", "defence"],
  ["offense", "offence"],
  ["movie", "film"],
  ["movies", "films"],
  ["mom", "mum"],
]);

function eachWord(
  text: string,
  seed: number,
  share: number,
  change: (word: string, random: () => number) => string,
) {
  const random = generator(seed);
  return text.replace(/\p{L}{4,}/gu, (word) => (random() < share ? change(word, random) : word));
}

function swapLetters(word: string, random: () => number): string {
  const at = 1 + Math.floor(random() * (word.length - 2));
  return word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2);
}

/** `count` of the rows, chosen by a fixed seed. */
export const sample = <T>(rows: readonly T[], count: number): T[] => shuffle(rows, 17).slice(0, count);
