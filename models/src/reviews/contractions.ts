const N = 0x6e;
const T = 0x74;
const SPACE = 0x20;

/**
 * A contraction that lost its apostrophe: where its second token begins, and what that token is.
 */
export interface Contraction {
  stem: number;
  tail: string;
}

const NEGATED = "do does did is was are were have has had would could should must need might ai".split(" ");
/**
 * Only what can be no other word: not `its`, `well`, `were`, `ill`, `id`, `wed`, `lets`, nor `cant`
 * and `wont`.
 */
const JOINED: readonly (readonly [tail: string, stems: string])[] = [
  ["'m", "i"],
  ["'ve", "i you we they would could should might must"],
  ["'re", "you they"],
  ["'ll", "you they it that"],
  ["'d", "you they it"],
  ["'s", "that what there here he she who how"],
];

const BARE = new Map<string, Contraction>([
  ["nt", { stem: 0, tail: "n't" }],
  ...NEGATED.map((stem) => [`${stem}nt`, { stem: stem.length, tail: "n't" }] as const),
  ...JOINED.flatMap(([tail, stems]) =>
    stems.split(" ").map((stem) => [stem + tail.slice(1), { stem: stem.length, tail }] as const),
  ),
]);
/**
 * Before a lost apostrophe that left a space ("didn t"); with it `can` and `will` are certain too.
 */
const BEFORE_T = new Set([...NEGATED, "ca", "wo"].map((stem) => `${stem}n`));

const SHORTEST = 2;

/** 1 at the signature of each of the words without an apostrophe. */
const SIGNATURES = new Uint8Array(1 << 14);
for (const word of BARE.keys()) SIGNATURES[signature(word, 0, word.length)] = 1;

/**
 * Whether a word may be a contraction without its apostrophe: a look at a few letters spares most
 * words the rest.
 */
export function mayBeBare(text: string, start: number, end: number): boolean {
  if (end - start < SHORTEST) return false;
  if (SIGNATURES[signature(text, start, end)] === 1) return true;
  return (
    end + 1 < text.length &&
    text.charCodeAt(end - 1) === N &&
    text.charCodeAt(end) === SPACE &&
    text.charCodeAt(end + 1) === T
  );
}

/**
 * What the word `text.slice(start, end)` is short for, if it is written without its apostrophe
 * ("dont").
 */
export function bareContraction(text: string, start: number, end: number): Contraction | undefined {
  return BARE.get(text.slice(start, end));
}

/** Whether the word, followed by a space and a `t`, is a negated verb. */
export function isBeforeT(text: string, start: number, end: number): boolean {
  return text.startsWith(" t", end) && BEFORE_T.has(text.slice(start, end));
}

/** A number of 14 bits that depends on a word's length, its first letter and its last two. */
function signature(text: string, start: number, end: number): number {
  const last = 37 * text.charCodeAt(end - 2) + text.charCodeAt(end - 1);
  return (37 * (37 * last + text.charCodeAt(start)) + end - start) & 0x3fff;
}
