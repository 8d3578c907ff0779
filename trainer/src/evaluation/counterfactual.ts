/**
 * Names by the group that they suggest. The sentences say the same about each name. A score that
 * depended on the name would carry a prejudice of the corpus into a ranking (after Kiritchenko and
 * Mohammad 2018; the names and sentences are our own).
 */
const NAMES: Record<string, string[]> = {
  "English, women": ["Emily", "Charlotte", "Anne", "Katie", "Margaret"],
  "English, men": ["Jack", "Harry", "Thomas", "Oliver", "George"],
  "African American, women": ["Latoya", "Keisha", "Ebony", "Shanice", "Tamika"],
  "African American, men": ["Darnell", "Jamal", "Tyrone", "Malik", "Terrell"],
  "Arabic, women": ["Fatima", "Aisha", "Leila", "Yasmin", "Khadija"],
  "Arabic, men": ["Mohammed", "Ahmed", "Omar", "Hassan", "Yusuf"],
  "Chinese, women": ["Mei", "Xiu", "Ling", "Yan", "Hui"],
  "Chinese, men": ["Wei", "Jian", "Feng", "Jun", "Qiang"],
  "Indian, women": ["Priya", "Ananya", "Lakshmi", "Divya", "Meera"],
  "Indian, men": ["Raj", "Arjun", "Vikram", "Sanjay", "Rahul"],
  "Spanish, women": ["Maria", "Carmen", "Lucia", "Rosa", "Isabel"],
  "Spanish, men": ["Carlos", "Jose", "Miguel", "Diego", "Luis"],
};

/**
 * Names that are not on the trainer's list (`data/names`): every preset reads them as ordinary
 * words.
 */
export const OTHER_NAMES = [
  ...["Bridget", "Gretchen", "Sheldon", "Desmond", "Latrice", "Samira", "Farid", "Guo", "Sunita", "Ashok"],
  ...["Pepe", "Paloma"],
];

const SENTENCES = [
  "NAME was in this film, and I watched it to the end.",
  "The lead role is played by NAME, who is new to the screen.",
  "I saw this with my neighbour NAME last week.",
  "NAME directed it, and the story takes place in a small town.",
  "A wonderful film, and NAME gives a moving performance.",
  "NAME is the best thing in an otherwise dull film.",
  "A terrible waste of time; not even NAME could save it.",
  "The book was written by NAME. I was bored after ten pages.",
  "NAME bought one too, and it broke after two days.",
  "It was fine, said NAME, and I think so as well.",
];

export interface Counterfactuals {
  /** A group's mean difference from the mean of all groups, over the sentences, in score points. */
  groups: { group: string; difference: number }[];
  /**
   * Mean absolute difference of the score between two names in the same sentence, over all pairs.
   */
  meanDifference: number;
  /** The same between two names that are not on the trainer's list. */
  otherNames: number;
}

type Score = (texts: string[]) => Promise<Float64Array>;

/** How much the score changes if only a name is exchanged. */
export async function counterfactuals(score: Score): Promise<Counterfactuals> {
  const names = Object.entries(NAMES).flatMap(([group, list]) => list.map((name) => ({ group, name })));
  const scores = await scoreNames(
    names.map(({ name }) => name),
    score,
  );
  const offsets = new Map(Object.keys(NAMES).map((group) => [group, 0]));
  for (const sentence of scores) {
    const mean = sentence.reduce((total, p) => total + p, 0) / sentence.length;
    for (const [i, { group }] of names.entries()) {
      const share = NAMES[group]!.length * scores.length;
      offsets.set(group, offsets.get(group)! + (sentence[i]! - mean) / share);
    }
  }
  return {
    groups: [...offsets].map(([group, difference]) => ({ group, difference })),
    meanDifference: meanDifference(scores),
    otherNames: meanDifference(await scoreNames(OTHER_NAMES, score)),
  };
}

/** Scores `[sentences][names]`. */
async function scoreNames(names: string[], score: Score): Promise<number[][]> {
  const p = await score(SENTENCES.flatMap((sentence) => names.map((name) => sentence.replace("NAME", name))));
  return SENTENCES.map((_, i) => [...p.subarray(i * names.length, (i + 1) * names.length)]);
}

/** Mean absolute difference between two scores of the same sentence, over all pairs. */
function meanDifference(scores: number[][]): number {
  const pairs = scores.flatMap((sentence) =>
    sentence.flatMap((a, i) => sentence.slice(0, i).map((b) => Math.abs(a - b))),
  );
  return pairs.reduce((sum, difference) => sum + difference, 0) / pairs.length;
}
